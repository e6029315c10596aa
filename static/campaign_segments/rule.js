// The rule itself, as any screen shows and changes it: groups within groups, each condition a sentence of fields, and
// the count of what stands there. The builder and the steps of journeys are made of it.
import { ApiError } from "../parts/api.js";
import { Icon } from "../parts/icons.js";
import { cls, html, useEffect, useRef, useState } from "../parts/ui.js";
import { AddCondition } from "./add.js";
import { ICONS, Sentence } from "./conditions.js";
import { GROUPS, changeAt, childPointer, childrenOf, countConditions, groupOf, makeGroup, newCondition } from "./tree.js";

const WAIT_MS = 350;
export const SAMPLE = 10;

/** Products by name, remembered. */
export const createProducts = (api) => ({
  names: new Map(),
  async find(q) {
    const { data } = await api.get("/products", { query: { q, limit: 8 } });
    data.items.forEach((row) => this.names.set(row.id, row.name));
    return data.items;
  },
  async load(id) {
    this.names.set(id, "");
    const { data } = await api.get(`/products/${id}`).catch(() => ({ data: { name: "" } }));
    this.names.set(id, data.name);
  },
});

/** The count of the rule in sight; an older answer never overwrites a newer one. */
export function usePreview(api, tree, skip = 0) {
  const [state, setState] = useState({ answer: null, errors: [], problem: null, waiting: false });
  const running = useRef(null);
  const empty = countConditions(tree) === 0;
  const body = JSON.stringify(tree);
  useEffect(() => {
    running.current?.abort();
    if (empty) {
      setState({ answer: null, errors: [], problem: null, waiting: false });
      return undefined;
    }
    const abort = (running.current = new AbortController());
    const timer = setTimeout(async () => {
      setState((held) => ({ ...held, waiting: true }));
      const ask = (more) => api.post("/segments/preview", { tree, sample: SAMPLE, skip, ...more }, { key: "", signal: abort.signal });
      try {
        const { data } = await ask({});
        setState((held) => ({ answer: { ...data, reach: held.answer?.reach ?? null }, errors: [], problem: null, waiting: false }));
        const full = await ask({ reach: true, sample: 0 });
        setState((held) => ({ ...held, answer: held.answer && { ...held.answer, reach: full.data.reach } }));
      } catch (error) {
        if (abort.signal.aborted) return;
        const errors = error instanceof ApiError ? error.errors : [];
        setState((held) => ({ ...held, errors, problem: errors.length ? null : error.message, waiting: false }));
      }
    }, WAIT_MS);
    return () => (clearTimeout(timer), abort.abort());
  }, [body, skip]);
  return state;
}

/** The whole rule; `onChange` gets what it becomes. */
export function RuleTree({ tree, words, products, errors, alone, onChange }) {
  const change = (path, how) => onChange((held) => changeAt(held, path, how) ?? makeGroup("all", []));
  return html`<${Group} node=${tree} path=${[]} pointer="" words=${words} products=${products} errors=${errors} alone=${alone} change=${change} />`;
}

/** The problem of a place, if any. */
const finder = (errors) => (place) => errors.get(place) ?? null;

function Group({ node, path, pointer, words, products, errors, alone, change }) {
  const kind = groupOf(node);
  const children = childrenOf(node);
  const own = useRef(null);
  const add = (child) => {
    change(path, (held) => makeGroup(groupOf(held), [...childrenOf(held), child]));
    requestAnimationFrame(() => own.current?.querySelector(":scope > ul > li:last-child :is(select, input, button)")?.focus());
  };
  const remove = (index) => {
    change([...path, index], () => null);
    requestAnimationFrame(() => own.current?.querySelector(":scope > .sb-add button")?.focus());
  };
  const problem = errors.get(pointer) ?? errors.get(`${pointer}/${kind === "none" ? "not/any" : kind}`);
  return html`<div class="sb-group" role="group" aria-label=${`${GROUPS[kind].label}: ${GROUPS[kind].says}`} ref=${own}>
    <div class="sb-mode">
      <span class="sb-seg" role="group" aria-label="How the conditions go together">${Object.entries(GROUPS).map(
        ([name, group]) => html`<button type="button" aria-pressed=${name === kind} onClick=${() => change(path, (held) => makeGroup(name, childrenOf(held)))}>${group.label}</button>`,
      )}</span><span class="sb-says">${GROUPS[kind].says}</span>
      ${path.length ? html`<button type="button" class="sb-x" aria-label="Remove this group" onClick=${() => change(path, () => null)}><${Icon} name="x" /></button>` : children.length ? html`<span class="sb-alone">People who match it alone</span>` : null}
    </div>
    ${children.length
      ? html`<ul>${children.map((child, index) => {
          const at = childPointer(node, pointer, index);
          return html`<li key=${index}>${groupOf(child)
            ? html`<div class="sb-inner"><${Group} node=${child} path=${[...path, index]} pointer=${at} words=${words} products=${products} errors=${errors} alone=${alone} change=${change} /></div>`
            : html`<${Condition} node=${child} at=${at} words=${words} products=${products} errors=${errors} alone=${alone[at]} set=${(fields) => change([...path, index], (held) => merged(held, fields))} onRemove=${() => remove(index)} />`}</li>`;
        })}</ul>`
      : null}
    ${problem ? html`<p class="sb-err" role="alert"><${Icon} name="alert" />${problem}</p>` : null}
    <div class="sb-add">
      <${AddCondition} first=${!path.length && !children.length} onAdd=${(name) => add(newCondition(name, words))} />
      ${path.length < 4 ? html`<button type="button" onClick=${() => add(makeGroup(kind === "any" ? "all" : "any", []))}><${Icon} name="split" />Group</button>` : null}
    </div>
  </div>`;
}

/** Fields set over a condition; undefined ones go. */
const merged = (held, fields) => Object.fromEntries(Object.entries({ ...held, ...fields }).filter(([, value]) => value !== undefined));

function Condition({ node, at, words, products, errors, alone, set, onRemove }) {
  const problems = [...errors].filter(([place]) => place === at || place.startsWith(`${at}/`));
  return html`<div class=${cls("sb-cond", { "is-bad": problems.length })}>
    <${Icon} name=${ICONS[node.kind]?.(node) ?? "tag"} class="sb-icon" />
    <div class="sb-words"><${Sentence} node=${node} words=${words} products=${products} error=${finder(errors)} at=${at} set=${set} /></div>
    <span class="sb-count">${alone === undefined ? "" : html`${alone.toLocaleString("en")}<span class="sb-sr"> people match this condition alone</span>`}</span>
    <button type="button" class="sb-x" aria-label="Remove this condition" onClick=${onRemove}><${Icon} name="x" /></button>
    ${problems.map(([, title]) => html`<p class="sb-err" role="alert"><${Icon} name="alert" />${title}</p>`)}
  </div>`;
}
