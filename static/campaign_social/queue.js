// The moderation queue: pictures in a grid, the chosen one beside it, one step a key.
import { bySession, createApi, readCookie } from "../parts/api.js";
import { html, render, useEffect, useRef, useState } from "../parts/ui.js";
import { PostPanel } from "./post.js";

const config = JSON.parse(document.getElementById("config").textContent);
const api = createApi({ credential: bySession });
const TABS = config.states;

const EMPTY = {
  pending: `Pictures with #${config.hashtags[0]} come in here. Nothing waits at the moment.`,
  rights_asked: "Nobody has been asked yet. Choose a picture to be looked at and ask for it.",
  approved: "Approved pictures are in the shop, with what is on them.",
  reposted: "What the brand shows in its own account is noted here.",
  rejected: "What was turned down stays here, with the reason.",
};

function Tile({ post, chosen, onChoose }) {
  const mark = { given: ["yes", "Said yes"], refused: ["no", "Said no"], withdrawn: ["no", "Taken back"], asked: ["", "Asked"] }[post.rights];
  return html`<button type="button" class="soc-tile" id=${`post-${post.id}`} aria-current=${chosen} onClick=${onChoose} aria-label=${`Picture by @${post.handle}${mark ? `, ${mark[1]}` : ""}`}>
    ${post.image_url ? html`<img src=${post.image_url} alt="" loading="lazy" />` : html`<span class="nothing">The picture is on its way</span>`}
    ${mark ? html`<span class=${`mark ${mark[0]}`}>${mark[1]}</span>` : null}<span class="by">@${post.handle}</span></button>`;
}

function Upload({ onDone, onCancel }) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  async function submit(event) {
    event.preventDefault();
    setBusy(true);
    setError("");
    const response = await fetch("/api/v1/social/moderation", {
      method: "POST", body: new FormData(event.target), credentials: "same-origin", headers: { "X-CSRFToken": readCookie("csrftoken") },
    }).catch(() => null);
    const body = await response?.json().catch(() => null);
    setBusy(false);
    if (response?.ok) onDone(body);
    else setError(body?.title ?? "We cannot reach the shop. Nothing was lost.");
  }
  return html`<form class="soc-form" onSubmit=${submit}><h2>Add a picture</h2>${error ? html`<p class="soc-note" role="alert">${error}</p>` : null}
    <label>Picture <input type="file" name="file" accept="image/jpeg,image/png,image/webp" required /></label>
    <label>Handle <input type="text" name="handle" required maxlength="60" placeholder="@name" /></label>
    <label>Platform <select name="platform">${config.platforms.map((each) => html`<option key=${each} value=${each}>${each[0].toUpperCase()}${each.slice(1)}</option>`)}</select></label>
    <label>What they wrote <textarea name="caption" rows="2" maxlength="2000"></textarea></label>
    <div class="soc-field"><button class="soc-button first" disabled=${busy}>Add picture</button><button type="button" class="soc-button" onClick=${onCancel}>Cancel</button></div></form>`;
}

function Page() {
  const [state, setState] = useState("pending");
  const [posts, setPosts] = useState(null);
  const [next, setNext] = useState(null);
  const [counts, setCounts] = useState({});
  const [chosen, setChosen] = useState(null);
  const [uploads, setUploads] = useState(false);
  const [error, setError] = useState(null);
  const panel = useRef(null);

  async function load(cursor) {
    const { data } = await api.get("/social/moderation", { query: { state, cursor, limit: 40 } });
    setCounts(data.counts);
    setNext(data.next);
    setPosts((old) => (cursor ? [...old, ...data.items] : data.items));
    if (!cursor) setChosen((old) => (data.items.some((post) => post.id === old) ? old : data.items[0]?.id ?? null));
  }
  useEffect(() => {
    setPosts(null);
    load().catch(setError);
  }, [state]);
  useEffect(() => {
    if (!config.post_id) return;
    api.get(`/social/moderation/${config.post_id}`).then(({ data }) => (setState(data.state), setChosen(data.id)), () => {});
  }, []);

  const post = posts?.find((each) => each.id === chosen) ?? null;

  function changed(after) {
    setError(null);
    setCounts((old) => (after.state === state ? old : { ...old, [state]: old[state] - 1, [after.state]: (old[after.state] ?? 0) + 1 }));
    setPosts((old) => {
      if (after.state === state) return old.map((each) => (each.id === after.id ? after : each));
      const place = old.findIndex((each) => each.id === after.id);
      const left = old.filter((each) => each.id !== after.id);
      setChosen(left[Math.min(place, left.length - 1)]?.id ?? null);
      return left;
    });
  }

  useEffect(() => {
    function onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || !posts?.length) return;
      const columns = Math.max(1, getComputedStyle(document.querySelector(".soc-grid")).gridTemplateColumns.split(" ").length);
      const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, j: 1, k: -1 }[event.key];
      if (by !== undefined) {
        const place = posts.findIndex((each) => each.id === chosen);
        const to = posts[Math.max(0, Math.min(posts.length - 1, place + by))];
        setChosen(to.id);
        const tile = document.getElementById(`post-${to.id}`);
        tile?.focus({ preventScroll: true });
        tile?.scrollIntoView({ block: "nearest" });
        event.preventDefault();
      } else if (panel.current?.[event.key]) {
        event.preventDefault();
        panel.current[event.key]();
      }
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [posts, chosen]);

  const waiting = counts.pending ?? 0;
  return html`
    <header class="soc-head"><div><h1>${posts === null && !waiting ? "Social posts" : waiting ? `${waiting} ${waiting === 1 ? "picture waits" : "pictures wait"} to be looked at` : "Every picture has been looked at"}</h1>
      <p>Posts with #${config.hashtags.join(", #")}. Nothing is shown without its owner’s yes.</p></div>
      ${config.may_change ? html`<button type="button" class="soc-button" onClick=${() => setUploads(true)}>Add a picture</button>` : null}</header>
    ${error ? html`<p class="soc-note" role="alert">${error.message}</p>` : null}
    ${uploads ? html`<${Upload} onCancel=${() => setUploads(false)} onDone=${(made) => (setUploads(false), setState("pending"), setChosen(made.id), load().catch(setError))} />` : null}
    <div class="soc-tabs" role="group" aria-label="State">${TABS.map((each) => html`<button key=${each.value} type="button" aria-pressed=${state === each.value} onClick=${() => setState(each.value)}>${each.label} <span>${counts[each.value] ?? ""}</span></button>`)}</div>
    ${posts === null ? html`<div class="soc-grid" role="status" aria-label="Loading">${Array.from({ length: 8 }, (_, i) => html`<i class="soc-tile" key=${i}></i>`)}</div>`
      : posts.length === 0 ? html`<p class="soc-empty">${EMPTY[state]}</p>`
      : html`<div class="soc-body"><div><div class="soc-grid">${posts.map((each) => html`<${Tile} key=${each.id} post=${each} chosen=${each.id === chosen} onChoose=${() => setChosen(each.id)} />`)}</div>
          ${next ? html`<div class="soc-more"><button type="button" class="soc-button" onClick=${() => load(next)}>Show more</button></div>` : null}
          <p class="soc-keys" style="margin-top:12px">Arrow keys choose. <kbd>T</kbd> tag, <kbd>R</kbd> ask for rights, <kbd>A</kbd> approve, <kbd>X</kbd> reject.</p></div>
        ${post ? html`<${PostPanel} key=${post.id} post=${post} api=${api} config=${config} keys=${panel} onChanged=${changed} />` : null}</div>`}`;
}

render(html`<${Page} />`, document.getElementById("queue"));
