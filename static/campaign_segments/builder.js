// The segment builder: a rule read as a sentence, counted as one types. All it knows comes from the public API.
import { bySession, createApi } from "../parts/api.js";
import { Icon } from "../parts/icons.js";
import { Toasts, createToasts } from "../parts/toast.js";
import { cls, html, render, useEffect, useMemo, useRef, useState } from "../parts/ui.js";
import { People } from "./people.js";
import { RuleTree, SAMPLE, createProducts, usePreview } from "./rule.js";
import { EXAMPLES, arranged, childrenOf, countConditions, rooted } from "./tree.js";
import { VersionsDialog } from "./versions.js";

const config = JSON.parse(document.getElementById("config").textContent);
const api = createApi({ credential: bySession });
const toasts = createToasts();
const products = createProducts(api);

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
  const [isListing, setListing] = useState(false);
  const [opened, setOpened] = useState(segment?.version ?? 0);
  const saved = useRef(JSON.stringify([segment?.name ?? "", tree]));
  const preview = usePreview(api, tree, skip);
  const errors = useMemo(() => new Map([...refused, ...preview.errors].map((each) => [each.pointer.replace(/^\/tree/, ""), each.title])), [preview.errors, refused]);
  const unsaved = saved.current !== JSON.stringify([name, tree]);

  useEffect(() => {
    const warn = (event) => unsaved && countConditions(tree) && event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [unsaved]);

  const change = (how) => {
    setRefused([]);
    setSkip(0);
    setTree(how);
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
      setOpened(data.version);
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

  /** An old rule in sight: it counts again once it is saved, as a version of its own. */
  const openVersion = (row) => {
    setListing(false);
    setOpened(row.version);
    change(() => rooted(arranged(row.tree)));
    if (row.version !== segment.version) toasts.show(`This is version ${row.version}. Save it, and it holds again.`);
  };

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
          ${segment ? html`<button type="button" class="sb-btn" aria-haspopup="dialog" onClick=${() => setListing(true)}>Versions</button>` : null}
          <span class="sb-mini" aria-hidden="true">${preview.answer && !nothing ? `${preview.answer.count.toLocaleString("en")} people` : ""}</span>
          ${live
            ? html`<button type="button" class="sb-btn is-first" disabled=${stuck || !unsaved} aria-busy=${saving !== ""} onClick=${() => save(true)}>${unsaved ? `Save as version ${segment.version + 1}` : "Saved"}</button>`
            : html`<button type="button" class="sb-btn" disabled=${stuck} onClick=${() => save(false)}>Save draft</button>
                <button type="button" class="sb-btn is-first" disabled=${stuck} aria-busy=${saving !== ""} onClick=${() => save(true)}>Save and make live</button>`}
        </div>
      </header>
      ${preview.problem ? html`<p class="sb-note" role="alert"><${Icon} name="alert" /> ${preview.problem}</p>` : null}
      <${RuleTree} tree=${tree} words=${words} products=${products} errors=${errors} alone=${preview.answer?.alone ?? {}} onChange=${change} />
      ${nothing && childrenOf(tree).length === 0 ? html`<section class="sb-begin"><h2>Or begin with one of these, and change it</h2>${EXAMPLES.map((each) => html`<button type="button" onClick=${() => change(() => each.tree)}><${Icon} name=${each.icon} /><span><b>${each.title}</b><small>${each.hint}</small></span></button>`)}</section>` : null}
    </div>
    <${People} preview=${preview} nothing=${nothing} config=${config} api=${api} tree=${tree} members=${live && !unsaved ? config.people_url.replace(config.blank, segment.id) : ""} onOthers=${() => setSkip((held) => (held + SAMPLE < (preview.answer?.count ?? 0) ? held + SAMPLE : 0))} />
    ${isListing ? html`<${VersionsDialog} api=${api} segment=${segment} shown=${unsaved && opened === segment.version ? null : opened} onOpen=${openVersion} onClose=${() => setListing(false)} />` : null}
    <${Toasts} toasts=${toasts} />
  </div>`;
}

const suggestion = (preview) => (preview.answer?.sentence ?? "").replace(/^Everyone who /, "").replace(/\.$/, "").replace(/^./, (first) => first.toUpperCase()).slice(0, 60) || "Name this segment";

render(html`<${Page} />`, document.getElementById("segment-builder"));
