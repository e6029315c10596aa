// A customer whole: one life in sentences, what they are known by, what we may do, and a panel of every app.
import { bySession, createApi } from "../parts/api.js";
import { Icon } from "../parts/icons.js";
import { follow } from "../parts/live.js";
import { cls, html, render, useCallback, useEffect, useMemo, useRef, useState } from "../parts/ui.js";
import { LetterForm, NoteForm, Question } from "./profile-acts.js";
import { ActivityStrip } from "./profile-strip.js";
import { zone as timeZone } from "../parts/zone.js";
import { campaignWords, dayKey, dayOf, identityOf, markOf, monthIn, pagesOf, shortDay, timeOf, valueOf } from "./profile-words.js";

const root = document.getElementById("life");
const { customer: id, mayChange, mayWrite, changeUrl, whyUrl, pointsUrl, liveUrl } = root.dataset;
const api = createApi({ credential: bySession });
const ADMIN = location.pathname.slice(0, location.pathname.indexOf("/customers/") + 1);
const SETTLE_MS = 120; // one write tells of several facts
const PAGE = 30;
const FILTERS = [
  ["", "All"], ["bought", "Bought"], ["cart", "Cart"], ["visits", "Visits"], ["messages", "Messages"], ["points", "Points"], ["notes", "Notes"], ["profile", "Profile"],
];
const CHANNELS = [
  ["", "Every channel"], ["web", "Website"], ["mobile", "Mobile app"], ["tablet,pos", "Store"], ["social", "Social"], ["email", "Email"],
  ["sms", "Text message"], ["push", "Push"], ["system", "System"],
];

function Life() {
  const [profile, setProfile] = useState(null);
  const [problem, setProblem] = useState("");
  const load = useCallback(async () => {
    try {
      setProfile((await api.get(`/customers/${id}/profile`)).data);
      setProblem("");
    } catch (error) {
      setProblem(error.message);
    }
  }, []);
  useEffect(() => void load(), []);
  if (problem && !profile) return html`<${Trouble} words=${problem} again=${load} />`;
  if (!profile) return html`<p class="life-waiting" role="status">Gathering what we know of ${root.dataset.name} …</p>`;
  return html`
    <${Head} profile=${profile} />
    ${problem && html`<${Trouble} words=${problem} again=${load} />`}
    <div class="life-columns">
      <div class="life-side"><${KnownAs} profile=${profile} changed=${load} /><${MayDo} rows=${profile.permissions} suppressions=${profile.suppressions} /><${Marks} labels=${profile.labels} /></div>
      <${Timeline} activity=${profile.activity} onNews=${load} />
      <div class="life-side">${profile.panels.map((panel) => html`<${Panel} key=${panel.name} panel=${panel} />`)}</div>
    </div>`;
}

function Head({ profile }) {
  const { customer, touch, panels, labels } = profile;
  const initials = (customer.name || customer.email || "?").split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const [asked, setAsked] = useState("");
  const figures = panels.flatMap((panel) => panel.figures ?? []).slice(0, 4);
  const led = touch.first ? campaignWords(touch.first.campaign) : "";
  const tier = labels.find((label) => label.kind === "tier");
  const about = [
    `Customer ${customer.number} since ${monthIn(customer.created_at)}.`,
    led && `First came from ${led}.`,
    !customer.has_log_in && "Has no log-in yet.",
  ].filter(Boolean);
  return html`<header class="life-head">
    <span class="life-face" aria-hidden="true">${initials}</span>
    <div class="life-who">
      <h2>${customer.name || customer.email || customer.number}${tier && html`<span class="life-tag accent">${tier.value ?? tier.key}</span>`}</h2>
      <p>${about.join(" ")}</p>
    </div>
    ${figures.length > 0 && html`<dl class="life-figures">${figures.map((figure) => html`<div key=${figure.label}><dt>${figure.label}</dt><dd>${figure.value}</dd></div>`)}</dl>`}
    <div class="life-acts">
      ${whyUrl && html`<a class="life-button" href=${`${whyUrl}?customer=${id}`}><${Icon} name="mail" />Sent, and why</a>`}
      <a class="life-button" href=${changeUrl}><${Icon} name="user" />Details</a>
      ${pointsUrl && html`<a class="life-button" href=${pointsUrl}><${Icon} name="gift" />Give points</a>`}
      ${mayChange && html`<button type="button" class="life-button" onClick=${() => setAsked("note")}><${Icon} name="note" />Note</button>`}
      ${mayWrite && html`<button type="button" class="life-button first" onClick=${() => setAsked("letter")}><${Icon} name="send" />Write to ${customer.first_name || "them"}</button>`}
    </div>
    ${asked === "letter" && html`<${LetterForm} api=${api} id=${id} name=${customer.first_name || "them"} close=${() => setAsked("")} />`}
    ${asked === "note" && html`<${NoteForm} api=${api} id=${id} close=${() => setAsked("")} />`}
  </header>`;
}

// --- Known as -----------------------------------------------------------------------------------------

const KNOWN_FIRST = ["email", "phone", "anonymous", "social", "membership", "external"];

function KnownAs({ profile, changed }) {
  const [asked, setAsked] = useState(null); // {what, path, body, words}
  const rows = profile.identities.filter((row) => !["customer", "order"].includes(row.kind));
  const shown = rows.map((row) => ({ row, ...identityOf(row) })).sort((a, b) => KNOWN_FIRST.indexOf(a.row.kind) - KNOWN_FIRST.indexOf(b.row.kind));
  const ask = (question) => setAsked(question);
  return html`<section class="life-card" aria-labelledby="known-as">
    <h3 id="known-as">Known as</h3>
    <ul class="life-known">
      ${shown.map(({ row, icon, title, code, note, warn, separable }) => html`<li key=${row.id}>
        <${Icon} name=${icon} />
        <div><b title=${code ?? title}>${title}</b><span>${note}</span>${warn && html`<span class="warn">${warn}</span>`}</div>
        ${separable && mayChange && html`<button type="button" class="life-link" onClick=${() => ask({
          words: "Its history leaves this timeline, and it joins nobody by itself any more.", verb: "Separate",
          path: `/customers/${id}/identities/${row.id}/release`, body: { reason: "separated by staff on the profile" },
        })}>Separate</button>`}
      </li>`)}
      ${profile.merges.map((merge) => html`<li key=${merge.id}>
        <${Icon} name="share" />
        <div><b>${merge.name || merge.email || merge.number}</b><span>merged on ${shortDay(merge.at)}: ${merge.reason || "no reason given"}</span></div>
        ${mayChange && html`<button type="button" class="life-link" onClick=${() => ask({
          words: "Orders, points and all else that came with it go back to the other record.", verb: "Undo the merge",
          path: `/customers/${id}/merges/${merge.id}/undo`, body: {},
        })}>Undo</button>`}
      </li>`)}
    </ul>
    ${profile.may_be_same.map((other) => html`<div class="life-same" key=${other.id}>
      <p><b>May be the same person:</b> ${other.name || other.email || other.number}, same ${other.same === "email" ? "email" : "phone number"}.</p>
      <a class="life-button" href=${`../../${other.id}/profile/`}>Look at them</a>
      ${mayChange && html`<button type="button" class="life-button" onClick=${() => ask({
        words: `${other.name || other.number} becomes part of this customer. It can be undone.`, verb: "Make them one",
        path: `/customers/${id}/merges`, body: { from_id: other.id, reason: `same ${other.same}` },
      })}>Make them one</button>`}
    </div>`)}
    ${asked && html`<${Question} api=${api} ...${asked} close=${() => setAsked(null)} changed=${changed} />`}
  </section>`;
}

function MayDo({ rows, suppressions }) {
  return html`<section class="life-card" aria-labelledby="may-do">
    <h3 id="may-do">What we may do</h3>
    ${suppressions.map((row) => html`<p class="life-stop" key=${row.channel}><${Icon} name="alert" />Nothing goes to their ${row.channel === "sms" ? "phone" : row.channel} address: ${row.reason}.</p>`)}
    <ul class="life-may">${rows.map((row) => html`<li key=${row.channel + row.purpose} title=${row.reason}>
      <${Icon} name=${row.allowed ? "check" : "x"} class=${row.allowed ? "ok" : "danger"} label=${row.allowed ? "Allowed" : "Not allowed"} />
      <span>${row.label}</span><span class="muted">${row.since ? shortDay(row.since) : row.allowed ? "unless they say no" : "never asked"}</span>
    </li>`)}</ul>
  </section>`;
}

function Marks({ labels }) {
  if (!labels.length) return null;
  return html`<section class="life-card" aria-labelledby="marks"><h3 id="marks">Segments and marks</h3>
    <ul class="life-marks">${labels.map((label) => html`<li key=${label.kind + label.key}><span class="life-tag">${label.key}</span><span class="muted">${label.reason || label.kind}</span></li>`)}</ul>
  </section>`;
}

// --- Timeline -----------------------------------------------------------------------------------------

function Timeline({ activity, onNews }) {
  const [kind, setKind] = useState("");
  const [channel, setChannel] = useState("");
  const [state, setState] = useState({ items: [], next: null, ready: false });
  const [fresh, setFresh] = useState(new Set());
  const [problem, setProblem] = useState("");
  const query = useMemo(() => ({ kind, channel, limit: PAGE }), [kind, channel]);
  const newest = useRef(null);

  const read = useCallback(async (cursor) => (await api.get(`/customers/${id}/timeline`, { query: { ...query, cursor } })).data, [query]);
  useEffect(() => {
    let gone = false;
    setState((old) => ({ ...old, ready: false }));
    read().then(
      (page) => !gone && (setState({ ...page, ready: true }), setProblem(""), (newest.current = page.items[0]?.id ?? null)),
      (error) => !gone && setProblem(error.message),
    );
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      const page = await read();
      if (gone || (page.items[0]?.id ?? null) === newest.current) return;
      newest.current = page.items[0]?.id ?? null;
      setState((old) => {
        const known = new Set(old.items.map((item) => item.id));
        const news = page.items.filter((item) => !known.has(item.id));
        setFresh(new Set(news.map((item) => item.id)));
        return { ...old, items: [...news, ...old.items] };
      });
      onNews();
    };
    let told = 0;
    let timer = 0;
    const soon = () => (clearTimeout(timer), (timer = setTimeout(() => look().catch(() => {}), SETTLE_MS)));
    const stream = follow({
      url: liveUrl || null, headers: () => ({}), cookies: true, version: () => told, poll: look,
      onVersion: (version) => ((told = version), soon()),
    });
    addEventListener("visibilitychange", soon);
    return () => ((gone = true), clearTimeout(timer), stream.stop(), removeEventListener("visibilitychange", soon));
  }, [read]);

  const older = async () => {
    const page = await read(state.next);
    setState((old) => ({ items: [...old.items, ...page.items], next: page.next, ready: true }));
  };
  const days = [];
  for (const item of state.items) {
    if (days.at(-1)?.key !== dayKey(item.at)) days.push({ key: dayKey(item.at), items: [] });
    days.at(-1).items.push(item);
  }
  const oldest = state.items.at(-1);
  return html`<section class="life-card life-time" aria-labelledby="timeline">
    <header><h3 id="timeline">Timeline</h3>
      <label class="life-channel"><span class="sr-only">Channel</span><select value=${channel} onChange=${(event) => setChannel(event.target.value)}>${CHANNELS.map(([code, name]) => html`<option value=${code} key=${code}>${name}</option>`)}</select></label>
      <div class="life-filters" role="group" aria-label="Show">${FILTERS.map(([code, name]) => html`<button type="button" key=${code} aria-pressed=${kind === code} onClick=${() => setKind(code)}>${name}</button>`)}</div>
    </header>
    <${ActivityStrip} activity=${activity} />
    ${problem && html`<${Trouble} words=${problem} />`}
    <div aria-busy=${!state.ready} class=${cls({ dim: !state.ready })}>
      ${days.map((day) => html`<div key=${day.key}><h4>${dayOf(day.items[0].at)}</h4><ol>${day.items.map((item) => html`<${Entry} key=${item.id} item=${item} fresh=${fresh.has(item.id)} />`)}</ol></div>`)}
      ${state.ready && !days.length && html`<p class="life-empty">${kind || channel ? "Nothing of this kind yet." : "Nothing happened yet. Visits, orders and messages show here as they come."}</p>`}
    </div>
    ${state.next && html`<button type="button" class="life-more" onClick=${older}>Show what came before ${shortDay(oldest.at)}</button>`}
  </section>`;
}

/** Ids are where the links lead; they tell a reader nothing. */
const isTold = (name, value) => value !== null && value !== "" && typeof value !== "object" && !/(^|_)id$/.test(name) && !/[0-9a-f]{8}-[0-9a-f]{4}-/.test(value);

function Entry({ item, fresh }) {
  const { icon, tone } = markOf(item);
  const led = campaignWords(item.context);
  const note = [item.store?.name, led && !item.sentence.includes(led.slice(1, 8)) && `from ${led}`].filter(Boolean).join(", ");
  const pages = pagesOf(item, ADMIN);
  const facts = Object.entries(item.data ?? {}).filter(([name, value]) => isTold(name, value)).slice(0, 14);
  return html`<li class=${cls("life-entry", { fresh })}>
    <span class=${`life-mark ${tone}`}><${Icon} name=${icon} /></span>
    <details><summary><span>${item.sentence}</span>${note && html`<small>${note}</small>`}</summary>
      ${pages.length > 0 && html`<p class="life-pages">${pages.map((page) => html`<a key=${page.url} class="life-link" href=${page.url}>${page.title}</a>`)}</p>`}
      <dl><dt>fact</dt><dd>${item.name}</dd>${facts.map(([name, value]) => [html`<dt>${name.replaceAll("_", " ")}</dt>`, html`<dd>${valueOf(value)}</dd>`])}</dl></details>
    <time datetime=${item.at} title=${new Date(item.at).toLocaleString("en-GB", { timeZone })}>${timeOf(item.at)}</time>
  </li>`;
}

// --- Panels of other apps ---------------------------------------------------------------------------------

function Panel({ panel }) {
  const rows = panel.rows ?? [];
  return html`<section class="life-card" aria-labelledby=${`panel-${panel.name}`}>
    <header><h3 id=${`panel-${panel.name}`}>${panel.title}</h3>${panel.link?.url ? html`<a class="life-link" href=${panel.link.url}>${panel.link.title}</a>` : panel.aside && html`<span class="muted">${panel.aside}</span>`}</header>
    ${panel.headline && html`<p class="life-headline"><b>${panel.headline}</b> ${panel.note}</p>`}
    ${!panel.headline && panel.note && html`<p class="muted">${panel.note}</p>`}
    <ul class="life-rows">${rows.map((row, position) => html`<li key=${position}>
      ${row.picture && html`<img src=${row.picture} alt="" width="36" height="44" loading="lazy" />`}
      <div>${row.url ? html`<a href=${row.url}>${row.title}</a>` : html`<b>${row.title}</b>`}<span>${[row.note, row.at && shortDay(row.at)].filter(Boolean).join(", ")}</span></div>
      <div class="end">${row.amount && html`<b>${row.amount}</b>`}${row.state && html`<span class=${`life-tag ${row.tone ?? ""}`}>${row.state}</span>`}</div>
    </li>`)}</ul>
    ${panel.total && html`<p class="life-total"><span>${panel.total.label}</span><b>${panel.total.amount}</b></p>`}
  </section>`;
}

function Trouble({ words, again }) {
  return html`<p class="life-stop" role="alert"><${Icon} name="alert" /><span>${words}</span>${again && html`<button type="button" class="life-link" onClick=${again}>Try again</button>`}</p>`;
}

root.replaceChildren();
render(html`<${Life} />`, root);
