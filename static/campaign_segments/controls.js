// The small controls a condition's sentence is made of. Native fields, so that keys and readers work by themselves.
import { Icon } from "../parts/icons.js";
import { cls, html, useEffect, useId, useRef, useState } from "../parts/ui.js";

/** A field's problem, told to whoever reads the field. */
const bad = (error) => (error ? { "aria-invalid": "true", title: error } : {});

export function Pick({ label, value, options, onChange, error }) {
  const known = options.some(([name]) => name === value);
  return html`<span class=${cls("sb-pick", { "is-bad": error })}>
    <select aria-label=${label} value=${value} onChange=${(event) => onChange(event.target.value)} ...${bad(error)}>
      ${known ? null : html`<option value=${value}>${value || "Choose…"}</option>`}
      ${options.map(([name, text]) => html`<option value=${name} selected=${name === value}>${text}</option>`)}
    </select><${Icon} name="down" /></span>`;
}

export function Num({ label, value, onChange, min = 0, step = 1, error, wide }) {
  return html`<input class=${cls("sb-num", { "is-bad": error, "is-wide": wide })} type="number" inputmode="numeric" aria-label=${label} value=${value} min=${min} step=${step}
    onInput=${(event) => onChange(event.target.value === "" ? null : Number(event.target.value))} ...${bad(error)} />`;
}

export function Text({ label, value, onChange, error, placeholder = "", type = "text", list }) {
  return html`<input class=${cls("sb-text", { "is-bad": error })} type=${type} aria-label=${label} value=${value ?? ""} placeholder=${placeholder} maxlength="200" list=${list}
    onInput=${(event) => onChange(event.target.value)} ...${bad(error)} />`;
}

const UNITS = [["days", "days"], ["hours", "hours"], ["minutes", "minutes"]];

/** `{last_days: 7}` with the prefix `last_`. */
export function Span({ label, value, prefix, onChange, error }) {
  const unit = UNITS.find(([name]) => `${prefix}${name}` in value)?.[0] ?? "days";
  const amount = value[`${prefix}${unit}`];
  return html`<${Num} label=${`${label}: how many ${unit}`} value=${amount} min=${1} error=${error} onChange=${(n) => onChange({ [`${prefix}${unit}`]: n })} />
    <${Pick} label=${`${label}: unit`} value=${unit} options=${UNITS.map(([name, text]) => [name, amount === 1 ? text.slice(0, -1) : text])} onChange=${(name) => onChange({ [`${prefix}${name}`]: amount })} />`;
}

export function When({ value, onChange, error, at }) {
  const kind = !value ? "ever" : "from" in value || "to" in value ? "between" : "last";
  const change = (name) =>
    onChange(name === "ever" ? undefined : name === "last" ? { last_days: 7 } : { from: today(-30), to: today(0) });
  return html`<span class="sb-keep"><${Pick} label="When" value=${kind} options=${[["last", "in the last"], ["between", "between"], ["ever", "at any time"]]} onChange=${change} />
    ${kind === "last" ? html`<${Span} label="In the last" value=${value} prefix="last_" onChange=${onChange} error=${error(at)} />` : null}
    ${kind === "between"
      ? html`<${Text} label="From day" type="date" value=${value.from} error=${error(`${at}/from`)} onChange=${(day) => onChange({ ...value, from: day })} />
        and <${Text} label="Until day, not included" type="date" value=${value.to} error=${error(`${at}/to`)} onChange=${(day) => onChange({ ...value, to: day })} />`
      : null}</span>`;
}

const today = (offset) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

export const NUMBER_OPS = [[">=", "at least"], ["<=", "at most"], [">", "more than"], ["<", "less than"], ["is", "exactly"]];
export const TIMES = [[">=", "at least"], ["is", "exactly"], ["<=", "at most"], [">", "more than"], ["<", "fewer than"]];

export function Compare({ label, value, onChange, error, at, unit = "", step = 1, scale = 1, times }) {
  return html`<span class="sb-keep"><${Pick} label=${`${label}: how to compare`} value=${value.op} options=${times ? TIMES : NUMBER_OPS} onChange=${(op) => onChange({ ...value, op })} />
    <${Num} label=${label} wide=${scale > 1} value=${value.value === null ? "" : value.value / scale} step=${step} error=${error(`${at}/value`)}
      onChange=${(n) => onChange({ ...value, value: n === null ? null : Math.round(n * scale) })} />${unit ? html` <span>${unit}</span>` : null}</span>`;
}

const named = (goods) => [...(goods?.categories ?? []).map((path) => ({ path })), ...(goods?.products ?? []).map((product) => ({ product }))];

function goodsOf(chosen) {
  const categories = chosen.flatMap((each) => (each.path === undefined ? [] : [each.path]));
  const products = chosen.flatMap((each) => (each.product === undefined ? [] : [each.product]));
  return chosen.length ? { ...(categories.length ? { categories } : {}), ...(products.length ? { products } : {}) } : undefined;
}

/** Categories, or products found by name, any of which will do. `anything` is offered unless one must be chosen. */
export function Goods({ value, words, products, onChange, error, at, anything }) {
  const chosen = named(value);
  const options = [
    ...words.categories.map((each) => [each.path, `${"\u2003".repeat(each.path.split("/").length - 1)}${each.name}`]),
    ["?", "a certain product…"],
  ];
  const rows = chosen.length ? chosen : [{}];
  const put = (index, each) => onChange(goodsOf(each ? rows.map((row, n) => (n === index ? each : row)) : rows.filter((_, n) => n !== index)));
  const left = words.categories.find((each) => !chosen.some((row) => row.path === each.path));
  let category = -1;
  let product = -1;
  return html`${rows.map((row, index) => {
      const isProduct = row.product !== undefined;
      const place = isProduct ? `${at}/products/${(product += 1)}` : `${at}/categories/${(category += 1)}`;
      const problem = (index === 0 ? error(at) : null) ?? (isProduct ? null : error(place));
      const first = index === 0 && rows.length === 1 && anything ? [["", anything]] : [];
      return html`<span class="sb-keep" key=${index}>${index ? "or" : null}
        <${Pick} label=${index ? "Or which products" : "Which products"} value=${isProduct ? "?" : row.path ?? ""} options=${[...first, ...options]} error=${problem}
          onChange=${(path) => put(index, path === "" ? null : path === "?" ? { product: "" } : { path })} />
        ${isProduct ? html`<${FindProduct} id=${row.product} products=${products} onChange=${(id) => put(index, { product: id })} error=${error(place)} />` : null}
        ${rows.length > 1 ? html`<button type="button" class="sb-x" aria-label="Remove: this choice" onClick=${() => put(index, null)}><${Icon} name="x" /></button>` : null}</span>`;
    })}
    ${chosen.length && left ? html`<button type="button" class="sb-more" aria-label="Or other products" onClick=${() => onChange(goodsOf([...chosen, { path: left.path }]))}><${Icon} name="plus" />or</button>` : null}`;
}

function FindProduct({ id, products, onChange, error }) {
  const list = useId();
  const [typed, setTyped] = useState(null);
  const [found, setFound] = useState([]);
  const timer = useRef(0);
  useEffect(() => {
    if (id && typed === null && !products.names.has(id)) products.load(id).then(() => setFound((rows) => [...rows]));
  }, [id]);
  const change = (text) => {
    setTyped(text);
    const hit = found.find((row) => row.name === text);
    if (hit) onChange(hit.id);
    clearTimeout(timer.current);
    if (!hit && text.length > 1) {
      timer.current = setTimeout(async () => {
        const rows = await products.find(text);
        setFound(rows);
        const exact = rows.find((row) => row.name.toLowerCase() === text.toLowerCase());
        if (exact) onChange(exact.id);
      }, 250);
    }
  };
  return html`<${Text} label="Product's name" placeholder="Type its name" value=${typed ?? products.names.get(id) ?? ""} onChange=${change} error=${error} list=${list} />
    <datalist id=${list}>${found.map((row) => html`<option value=${row.name} />`)}</datalist>`;
}

export const Yes = ({ label, value, yes, no, onChange }) =>
  html`<${Pick} label=${label} value=${value === false ? "no" : "yes"} options=${[["yes", yes], ["no", no]]} onChange=${(name) => onChange(name === "yes")} />`;
