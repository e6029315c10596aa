// An offer that reads as a sentence. The draft is tried on a sample cart after every change; nothing counts before
// it is published.
import { html, render, useEffect, useRef, useState } from "../parts/ui.js";
import { bySession, createApi } from "../parts/api.js";
import { Text } from "./controls.js";
import { Preview } from "./preview.js";
import { BenefitPart, GoodsPart, LimitsPart, Part, RunsPart, WhenPart } from "./sentence.js";

const config = JSON.parse(document.getElementById("config").textContent);
const api = createApi({ credential: bySession });
const STATES = { draft: "Draft", live: "Live", paused: "Paused", ended: "Ended" };
const NEW = { label: "", benefit: { kind: "percent", percent: "10" }, scope: {}, condition: {}, by_code: false, group: "promotions", priority: 50 };
const clean = (definition) => JSON.parse(JSON.stringify(definition, (key, value) => (value === null || value === "" ? undefined : value)));
const keyOf = (name) => name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 52);

async function findProducts(text) {
  const { data } = await api.get("/products", { query: { q: text, limit: 8 } });
  return data.items.map((item) => ({ value: item.id, name: item.name, slug: item.slug }));
}

async function findVariants(text) {
  const products = await findProducts(text);
  const details = await Promise.all(products.slice(0, 4).map((each) => api.get(`/products/${each.slug}`)));
  return details.flatMap(({ data }) => data.variants.slice(0, 4).map((variant) => ({ value: variant.id, sku: variant.sku, name: data.name, note: variant.name })));
}

function Editor() {
  const [offer, setOffer] = useState(null);
  const [name, setName] = useState("");
  const [draft, setDraft] = useState({ ...NEW, ...config.start });
  const [limits, setLimits] = useState({ budget: {}, max_uses: null, per_customer: null });
  const [items, setItems] = useState(config.choices.samples.map((sku) => ({ sku, quantity: 1 })));
  const [names, setNames] = useState({ ...Object.fromEntries([...config.choices.categories, ...config.choices.stores].map((each) => [each.value, each.name])), ...config.names });
  const [tried, setTried] = useState(null);
  const [told, setTold] = useState(null);
  const [busy, setBusy] = useState(false);
  const [limitProblem, setLimitProblem] = useState("");
  const asked = useRef(0);
  const currency = offer?.budget?.currency ?? config.choices.currency;

  const take = (data) => {
    setOffer(data);
    setName(data.name);
    setDraft({ ...NEW, group: "", ...data.definition });
    setLimits({ budget: data.budget ? { [data.budget.currency]: data.budget.amount_minor } : {}, max_uses: data.max_uses, per_customer: data.per_customer });
  };
  useEffect(() => {
    if (config.offer_id) api.get(`/offers/${config.offer_id}`).then(({ data }) => take(data));
  }, []);
  useEffect(() => {
    const mine = ++asked.current;
    const timer = setTimeout(async () => {
      try {
        const path = offer ? `/offers/${offer.id}/simulate` : "/offers/simulate";
        const { data } = await api.post(path, { definition: clean({ ...draft, label: draft.label || name || "This offer" }), items });
        if (mine === asked.current) setTried(data);
      } catch (error) {
        if (mine === asked.current) setTold({ bad: true, text: error.message });
      }
    }, 250);
    return () => clearTimeout(timer);
  }, [draft, items, offer?.id, name]);

  const problems = tried?.problems ?? [];
  const ctx = {
    currency,
    choices: config.choices,
    limitProblem,
    name: (id, other) => names[id] ?? other,
    learn: (row) => setNames((known) => ({ ...known, [row.value]: row.note && row.note !== "category" ? `${row.name} ${row.note}` : row.name })),
    problem: (pointer) => problems.find((each) => each.pointer.startsWith(pointer))?.title,
    findProducts,
    findVariants,
  };
  const put = (changes) => setDraft((held) => ({ ...held, ...changes }));

  async function save() {
    const definition = clean({ ...draft, label: draft.label || name });
    const minor = limits.budget[currency];
    const body = { name, definition, budget: minor ? { amount_minor: minor, currency } : null, max_uses: limits.max_uses, per_customer: limits.per_customer };
    const { data } = offer ? await api.patch(`/offers/${offer.id}`, body) : await api.post("/offers", { key: keyOf(name) || `offer-${Date.now().toString(36)}`, ...body });
    if (!offer) history.replaceState(null, "", config.edit_url.replace(config.blank, data.id));
    return data;
  }
  const run = (work, text) => async () => {
    setBusy(true);
    setTold(null);
    setLimitProblem("");
    try {
      take(await work());
      setTold({ text });
    } catch (error) {
      if (error.code === "offer_limit_below_use") setLimitProblem(error.message);
      const first = error.data?.problems?.[0]?.title ?? error.errors?.[0]?.title;
      setTold({ bad: true, text: first ? `${error.message} ${first}` : error.message });
    } finally {
      setBusy(false);
    }
  };
  const saveDraft = run(save, "The draft is kept. Customers see no difference before it is published.");
  const publish = run(async () => (await api.post(`/offers/${(await save()).id}/publish`)).data, "It is live. Open carts show it when they are next looked at.");
  const status = (to, text) => run(async () => (await api.post(`/offers/${offer.id}/status`, { status: to })).data, text);

  const changed = offer?.live && JSON.stringify(clean(offer.definition)) !== JSON.stringify(clean(offer.live.definition));
  const may = config.may_write && offer?.status !== "ended";
  return html`<div class="oe">
    ${told ? html`<p class=${told.bad ? "oe-told bad" : "oe-told"} role="status">${told.text}</p>` : null}
    <header class="oe-head">
      <div class="oe-title"><input class="oe-name" aria-label="Name, for the team" placeholder="Name it for the team" value=${name} onInput=${(event) => setName(event.target.value)} />
        <p class="oe-sentence"><span class=${`oe-state ${offer?.status ?? ""}`}>${STATES[offer?.status ?? "draft"]}</span>${changed ? html`<span class="oe-state changed">Draft differs from what is live</span>` : null}${tried?.sentence || (problems.length ? "It does not read as an offer yet." : "")}</p></div>
      ${may ? html`<div class="offers-buttons">
        ${offer?.status === "live" ? html`<button class="offers-button" disabled=${busy} onClick=${status("paused", "It is paused: nothing comes off until it is resumed.")}>Pause</button>` : null}
        ${offer?.status === "paused" ? html`<button class="offers-button" disabled=${busy} onClick=${status("live", "It is live again.")}>Resume</button>` : null}
        <button class="offers-button" disabled=${busy || !name.trim()} onClick=${saveDraft}>Save draft</button>
        <button class="offers-button first" disabled=${busy || !name.trim() || problems.length > 0} onClick=${publish}>Publish</button></div>` : null}
    </header>
    <div class="oe-parts">
      <${BenefitPart} benefit=${draft.benefit} set=${(benefit) => put({ benefit })} ctx=${ctx} />
      <${GoodsPart} scope=${draft.scope} set=${(scope) => put({ scope })} ctx=${ctx} />
      <${WhenPart} condition=${draft.condition} set=${(condition) => put({ condition })} ctx=${ctx} />
      <${RunsPart} draft=${draft} set=${put} ctx=${ctx} />
      <${LimitsPart} limits=${limits} used=${config.used && { ...config.used, url: config.uses_url }} set=${(changes) => setLimits({ ...limits, ...changes })} ctx=${ctx} />
      <${Part} title="On the receipt" wrong=${name.trim() || draft.label ? "" : ctx.problem("/label")}><div class="oe-words"><${Text} label="What customers read beside the amount" placeholder=${name || "What customers read beside the amount"} value=${draft.label} onChange=${(label) => put({ label })} /></div><//>
    </div>
    <${Preview} tried=${tried} items=${items} setItems=${setItems} findVariants=${findVariants} />
  </div>`;
}

render(html`<${Editor} />`, document.getElementById("offer-editor"));
