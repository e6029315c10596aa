// Finding and looking at products: the same parts on the phone and on the website.
import { Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { EmptyState, ErrorNote } from "../parts/notes.js";
import { Cost, ProductBones, ProductCard } from "../parts/product-card.js";
import { promise } from "../parts/time.js";
import { cls, html, useEffect, useMemo, useRef, useState } from "../parts/ui.js";
import { config } from "./client.js";
import { findProducts, getProduct, listAvailability } from "./shop-api.js";
import { trackProduct, trackSearch } from "./visitor.js";

const TYPING_MS = 180;
const WINDOW = { category: "women", sort: "-price", filters: { "attribute.Season": "Summer" } };

export function SearchField({ value, onInput, label = "Find in the shop", placeholder = "Find in the shop" }) {
  return html`<label class="input seek"><span class="sr">${label}</span><${Icon} name="search" />
    <input type="search" value=${value} placeholder=${placeholder} autocomplete="off" onInput=${(event) => onInput(event.currentTarget.value)} /></label>`;
}

/** The products for a search and a category; answers overtaken by a later question are dropped. */
export function useProducts(api, { q, category, filters = {}, limit = 24 }) {
  const [found, setFound] = useState({ items: null, error: null, next: null, total: null, facets: [] });
  // Nothing asked for yet: what a window by the sea shows in June.
  const asked = q || category ? { q, category, filters } : { ...WINDOW, filters: { ...WINDOW.filters, ...filters } };
  const key = JSON.stringify(asked);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(
      async () => {
        try {
          const page = await findProducts(api, { ...asked, limit, signal: stop.signal });
          if (stop.signal.aborted) return;
          setFound({ ...page, error: null });
          if (q) trackSearch(q, page.total);
        } catch (error) {
          if (!stop.signal.aborted) setFound((old) => ({ ...old, error }));
        }
      },
      q ? TYPING_MS : 0,
    );
    return () => (clearTimeout(timer), stop.abort());
  }, [api, key, limit, round]);
  const more = async () => {
    const page = await findProducts(api, { ...asked, limit, cursor: found.next });
    setFound((old) => ({ ...old, items: [...old.items, ...page.items], next: page.next }));
  };
  return { ...found, more: found.next ? more : null, again: () => setRound(round + 1) };
}

/** A facet of the answer as a choice of one value, "" for any. */
export function FacetChoice({ found, name, label, value, onPick }) {
  const facet = found.facets?.find((row) => row.name === name);
  if (!value && (facet?.values.length ?? 0) < 2) return null;
  return html`<label class="facet"><span class="sr">${label}</span><select value=${value} onChange=${(event) => onPick(event.currentTarget.value)}>
    <option value="">${label}: any</option>${value && !facet?.values.some((row) => row.value === value) ? html`<option value=${value}>${label}: ${value}</option>` : null}
    ${(facet?.values ?? []).map((row) => html`<option key=${row.value} value=${row.value}>${label}: ${row.value} (${row.count})</option>`)}</select><${Icon} name="down" /></label>`;
}

export function ProductGrid({ found, q, onOpen, bones = 8 }) {
  if (found.error && !found.items) return html`<${ErrorNote} error=${found.error} title="We could not load the shop" onRetry=${found.again} />`;
  if (!found.items) return html`<${ProductBones} count=${bones} />`;
  if (!found.items.length) {
    return html`<${EmptyState} icon="search" title=${q ? `Nothing is called “${q}”` : "Nothing here yet"}>Try a shorter word, such as “linen”, “rain” or “hat”.<//>`;
  }
  return html`<div class="goods">${found.items.map((product) => html`<${ProductCard} key=${product.id} product=${product} onOpen=${onOpen} />`)}</div>
    ${found.more ? html`<button type="button" class="btn btn-wide more-goods" onClick=${found.more}>Show more</button>` : null}`;
}

const matches = (variant, chosen) => Object.entries(chosen).every(([name, value]) => variant.options[name] === value);

/** Options in their order, each value with whether some variant has it together with what is chosen. */
function choices(product, chosen) {
  return product.option_names.map((name) => {
    const others = Object.fromEntries(Object.entries(chosen).filter(([other]) => other !== name));
    const values = [...new Set(product.variants.map((variant) => variant.options[name]).filter(Boolean))];
    return { name, values: values.map((value) => ({ value, possible: product.variants.some((v) => matches(v, { ...others, [name]: value })) })) };
  });
}

function pictureFor(product, chosen) {
  const fits = product.images.find((image) => Object.entries(image.options ?? {}).every(([name, value]) => !chosen[name] || chosen[name] === value));
  return fits ?? product.images[0];
}

/** The picture that is of this value alone: of a colour, not of a size. */
const pictureOf = (product, name, value) => product.images.find((image) => image.options?.[name] === value)?.url;

/** Where one variant is: a line for the nearest stores that have it. */
export function StockLines({ api, sku, refresh }) {
  const [stores, setStores] = useState(null);
  useEffect(() => {
    let live = true;
    if (sku) listAvailability(api, { skus: [sku], near: config.near, limit: 4 }).then((all) => live && setStores(all), () => live && setStores([]));
    return () => (live = false);
  }, [api, sku, refresh]);
  if (!sku || !stores?.length) return null;
  return html`<ul class="stock-lines">${stores.slice(0, 3).map((row) => {
    const left = row.lines[0]?.available ?? 0;
    return html`<li key=${row.id}><${Icon} name="store" /><span class="grow clip">${row.name}</span>
      <span class=${cls("num", left ? "soft" : "muted")}>${left > 0 ? `${left > 20 ? "20+" : left} here` : "none here"}</span>
      ${left > 0 && row.pickup_promise_at ? html`<span class="muted num">ready ${promise(row.pickup_promise_at, row.time_zone)}</span>` : null}</li>`;
  })}</ul>`;
}

/** One product: pictures, options, stock near by, what goes with it. */
export function ProductView({ api, slug, onAdd, onOpen, onClose, version, wide = false }) {
  const [product, setProduct] = useState(null);
  const [error, setError] = useState(null);
  const [chosen, setChosen] = useState({});
  const [busy, setBusy] = useState(false);
  const top = useRef(null);

  useEffect(() => {
    let live = true;
    setProduct(null);
    setError(null);
    getProduct(api, slug).then(
      (found) => {
        if (!live) return;
        setProduct(found);
        trackProduct(found);
        // A first colour is chosen so that a picture shows; a size is the customer's to choose.
        const first = found.option_names.filter((name) => name !== "Size").map((name) => [name, found.variants[0]?.options[name]]);
        setChosen(Object.fromEntries(found.variants.length === 1 ? Object.entries(found.variants[0].options) : first));
        top.current?.scrollIntoView?.({ block: "start" });
      },
      (problem) => live && setError(problem),
    );
    return () => (live = false);
  }, [api, slug]);

  const variant = useMemo(() => {
    const fitting = product?.variants.filter((candidate) => matches(candidate, chosen)) ?? [];
    return fitting.length === 1 || Object.keys(chosen).length === product?.option_names.length ? fitting[0] : null;
  }, [product, chosen]);

  if (error) return html`<${ErrorNote} error=${error} title="We could not open this product" />`;
  if (!product) return html`<div class="product" aria-busy="true"><i class="bone" style="aspect-ratio:4/5;height:auto;border-radius:14px"></i></div>`;
  const picture = pictureFor(product, chosen);
  const shown = variant ?? product.variants.find((candidate) => matches(candidate, chosen)) ?? product.variants[0];
  const missing = product.option_names.find((name) => !chosen[name] && product.variants.some((v) => v.options[name]));

  async function add() {
    setBusy(true);
    try {
      await onAdd(variant, product);
    } finally {
      setBusy(false);
    }
  }

  return html`<article class=${cls("product", { "product-wide": wide })} ref=${top}>
    <div class="product-picture"><img class="pic" src=${picture?.url} alt=${picture?.alt ?? product.name} width="480" height="600" />
      ${onClose ? html`<button type="button" class="btn btn-icon back" aria-label="Back to the shop" onClick=${onClose}><${Icon} name="left" /></button>` : null}</div>
    <div class="product-body">
      <div><h2>${product.name}</h2><p class="product-cost"><${Cost} price=${shown.price} listPrice=${shown.list_price} sale=${shown.sale} /></p></div>
      <p class="soft product-story">${product.description}</p>
      ${choices(product, chosen).map((option) => option.values.length ? html`<fieldset key=${option.name} class="options"><legend>${option.name}${chosen[option.name] ? html`: <span class="soft">${chosen[option.name]}</span>` : ""}</legend>
        <div class="chips">${option.values.map(({ value, possible }) => html`<button type="button" key=${value} class="chip" aria-pressed=${chosen[option.name] === value} disabled=${!possible}
          onClick=${() => setChosen({ ...chosen, [option.name]: value })}>${pictureOf(product, option.name, value) ? html`<img class="swatch" src=${pictureOf(product, option.name, value)} alt="" width="22" height="28" />` : null}${value}</button>`)}</div></fieldset>` : null)}
      <${StockLines} api=${api} sku=${variant?.sku} refresh=${version} />
      <button type="button" class="btn btn-primary btn-wide add-to-bag" disabled=${!variant || busy} aria-busy=${busy} onClick=${add}>
        ${variant ? `Add to bag, ${formatMoney(variant.price)}` : `Choose a ${(missing ?? "variant").toLowerCase()}`}</button>
      <${Facts} attributes=${product.attributes} />
      <${GoesWith} cards=${[...(product.relations?.complementary ?? []), ...(product.relations?.accessory ?? [])]} onOpen=${onOpen} />
    </div></article>`;
}

function Facts({ attributes }) {
  const rows = Object.entries(attributes ?? {});
  if (!rows.length) return null;
  return html`<dl class="facts">${rows.map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${String(value)}</dd></div>`)}</dl>`;
}

function GoesWith({ cards, onOpen }) {
  if (!cards.length) return null;
  return html`<section class="goes-with"><h3>Goes with it</h3><div class="goods">${cards.slice(0, 4).map((card) => html`<${ProductCard} key=${card.id} product=${card} onOpen=${onOpen} />`)}</div></section>`;
}
