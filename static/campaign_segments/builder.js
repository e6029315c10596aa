// The segment builder: a rule read as a sentence, counted as one types. All it knows comes from the public API.
import { ApiError, bySession, createApi } from "../parts/api.js";
import { Icon } from "../parts/icons.js";
import { Toasts, createToasts } from "../parts/toast.js";
import { cls, html, render, useEffect, useMemo, useRef, useState } from "../parts/ui.js";
import { AddCondition } from "./add.js";
import { ICONS, Sentence } from "./conditions.js";
import { People } from "./people.js";
import { EXAMPLES, GROUPS, arranged, changeAt, childPointer, childrenOf, countConditions, groupOf, makeGroup, newCondition, rooted } from "./tree.js";

const config = JSON.parse(document.getElementById("config").textContent);
const WAIT_MS = 350;
const SAMPLE = 10;
const api = createApi({ credential: bySession });
const toasts = createToasts();

/** Products by name, remembered. */
const products = {
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
};

/** The count of the rule in sight; an older answer never overwrites a newer one. */
function usePreview(tree, skip) {
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

/** What the builder needs before it can show anything. */
function Page() {
  const [found, setFound] = useState(null);
  const [failed, setFailed] = useState(null);
  useEffect(() => {
    const own = config.segment_id ? api.get(`/segments/${config.segment_id}`) : Promise.resolve({ data: null });
    Promise.all([api.get("/segments/vocabulary"), own]).then(([words, segment]) => setFound({ words: words.data, segment: segment.data }), setFailed);
  }, []);
  if (failed) return html`<p class="sb-note" role="alert">The builder could not be loaded: ${failed.message} <a href="">Try again</a></p>`;
  if (!found) return html`<div class="sb" aria-busy="true"><div><span class="bone" style="width:40%;height:36px"></span><span class="bone" style="width:70%;height:42px;margin-bottom:24px"></span><span class="bone" style="height:46px"></span><span class="bone" style="height:46px"></span></div><div class="sb-right"><section style="height:254px"></section></div></div>`;
  return html`<${Builder} words=${found.words} stored=${found.segment} />`;
}

function Builder({ words, stored }) {
  const [segment, setSegment] = useState(stored);
  const [name, setName] = useState(segment?.name ?? "");
  const [tree, setTree] = useState(() => rooted(arranged(segment?.tree ?? { all: [] })));
  const [skip, setSkip] = useState(0);
  const [saving, setSaving] = useState("");
  const [refused, setRefused] = useState([]);
  const saved = useRef(JSON.stringify([segment?.name ?? "", tree]));
  const preview = usePreview(tree, skip);
  const errors = useMemo(() => new Map([...refused, ...preview.errors].map((each) => [each.pointer.replace(/^\/tree/, ""), each.title])), [preview.errors, refused]);
  const unsaved = saved.current !== JSON.stringify([name, tree]);

  useEffect(() => {
    const warn = (event) => unsaved && countConditions(tree) && event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [unsaved]);

  const change = (path, how) => {
    setRefused([]);
    setSkip(0);
    setTree((held) => {
      const next = changeAt(held, path, how);
      return next ?? makeGroup("all", []);
    });
  };

  async function save(live) {
    setSaving(live ? "live" : "draft");
    setRefused([]);
    try {
      const body = { name: name.trim() || suggestion(preview), tree };
      const { data } = segment
        ? await api.patch(`/segments/${segment.id}`, { ...body, ...(live && segment.state !== "live" ? { state: "live" } : {}) })
        : await api.post("/segments", { ...body, live });
      setSegment(data);
      setName(data.name);
      saved.current = JSON.stringify([data.name, tree]);
      history.replaceState(null, "", config.build_url.replace(config.blank, data.id));
      toasts.show(data.state === "live" ? `Saved as version ${data.version}. People enter and leave by themselves from now on.` : `Saved as a draft, version ${data.version}.`);
    } catch (error) {
      const rows = error.errors ?? [];
      setRefused(rows);
      if (!rows.length) toasts.show(error.message, { icon: "alert" });
      else if (!rows.some((row) => row.pointer.startsWith("/tree"))) toasts.show(rows[0].title, { icon: "alert" });
    } finally {
      setSaving("");
    }
  }

  const live = segment?.state === "live";
  const nothing = countConditions(tree) === 0;
  const stuck = nothing || preview.errors.length > 0 || Boolean(saving) || !config.may_write;
  return html`<div class="sb">
    <div class="sb-left">
      <header class="sb-head">
        <div class="sb-title">
          <label class="sb-sr" for="segment-name">Name of the segment</label>
          <input id="segment-name" value=${name} maxlength="120" placeholder=${suggestion(preview)} autocomplete="off" onInput=${(event) => setName(event.target.value)} />
          <span class=${cls("sb-tag", live ? "is-live" : "is-draft")}>${live ? `Live, version ${segment.version}` : segment ? `Draft, version ${segment.version}` : "New"}</span>
        </div>
        <p class="sb-say" aria-live="polite">${preview.answer && !nothing ? preview.answer.sentence : "Say whom you look for: add conditions, and read here what they mean."}</p>
        <div class="sb-acts">
          <span class="sb-mini" aria-hidden="true">${preview.answer && !nothing ? `${preview.answer.count.toLocaleString("en")} people` : ""}</span>
          ${live
            ? html`<button type="button" class="sb-btn is-first" disabled=${stuck || !unsaved} aria-busy=${saving !== ""} onClick=${() => save(true)}>${unsaved ? `Save as version ${segment.version + 1}` : "Saved"}</button>`
            : html`<button type="button" class="sb-btn" disabled=${stuck} onClick=${() => save(false)}>Save draft</button>
                <button type="button" class="sb-btn is-first" disabled=${stuck} aria-busy=${saving !== ""} onClick=${() => save(true)}>Save and make live</button>`}
        </div>
      </header>
      ${preview.problem ? html`<p class="sb-note" role="alert"><${Icon} name="alert" /> ${preview.problem}</p>` : null}
      <${Group} node=${tree} path=${[]} pointer="" words=${words} errors=${errors} alone=${preview.answer?.alone ?? {}} change=${change} tree=${tree} />
      ${nothing && childrenOf(tree).length === 0 ? html`<section class="sb-begin"><h2>Or begin with one of these, and change it</h2>${EXAMPLES.map((each) => html`<button type="button" onClick=${() => change([], () => each.tree)}><${Icon} name=${each.icon} /><span><b>${each.title}</b><small>${each.hint}</small></span></button>`)}</section>` : null}
    </div>
    <${People} preview=${preview} nothing=${nothing} config=${config} api=${api} tree=${tree} onOthers=${() => setSkip((held) => (held + SAMPLE < (preview.answer?.count ?? 0) ? held + SAMPLE : 0))} />
    <${Toasts} toasts=${toasts} />
  </div>`;
}

const suggestion = (preview) => (preview.answer?.sentence ?? "").replace(/^Everyone who /, "").replace(/\.$/, "").replace(/^./, (first) => first.toUpperCase()).slice(0, 60) || "Name this segment";

/** The problem of a place, if any. */
const finder = (errors) => (place) => errors.get(place) ?? null;

function Group({ node, path, pointer, words, errors, alone, change, tree }) {
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
            ? html`<div class="sb-inner"><${Group} node=${child} path=${[...path, index]} pointer=${at} words=${words} errors=${errors} alone=${alone} change=${change} tree=${tree} /></div>`
            : html`<${Condition} node=${child} at=${at} words=${words} errors=${errors} alone=${alone[at]} set=${(fields) => change([...path, index], (held) => merged(held, fields))} onRemove=${() => remove(index)} />`}</li>`;
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

function Condition({ node, at, words, errors, alone, set, onRemove }) {
  const problems = [...errors].filter(([place]) => place === at || place.startsWith(`${at}/`));
  return html`<div class=${cls("sb-cond", { "is-bad": problems.length })}>
    <${Icon} name=${ICONS[node.kind]?.(node) ?? "tag"} class="sb-icon" />
    <div class="sb-words"><${Sentence} node=${node} words=${words} products=${products} error=${finder(errors)} at=${at} set=${set} /></div>
    <span class="sb-count">${alone === undefined ? "" : html`${alone.toLocaleString("en")}<span class="sb-sr"> people match this condition alone</span>`}</span>
    <button type="button" class="sb-x" aria-label="Remove this condition" onClick=${onRemove}><${Icon} name="x" /></button>
    ${problems.map(([, title]) => html`<p class="sb-err" role="alert"><${Icon} name="alert" />${title}</p>`)}
  </div>`;
}

render(html`<${Page} />`, document.getElementById("segment-builder"));
