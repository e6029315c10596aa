// What customers tell the brand of themselves: where they live, which handles are theirs, which photos may be shown.
import { Icon } from "../parts/icons.js";
import { EmptyState, ErrorNote, FieldError } from "../parts/notes.js";
import { day } from "../parts/time.js";
import { html, useState } from "../parts/ui.js";
import { config } from "./client.js";
import { useAnswer } from "./loyalty.js";

const FIELDS = [
  ["name", "Name", "name"],
  ["line1", "Street and number", "address-line1"],
  ["city", "City", "address-level2"],
  ["region", "State", "address-level1"],
  ["postal_code", "ZIP code", "postal-code"],
];

/** One address: where parcels go, and which of our places are near. */
export function Address({ api, toasts }) {
  const found = useAnswer(api, "/me/addresses");
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  if (!found.data) return found.error ? html`<${ErrorNote} error=${found.error} title="We could not load your address" onRetry=${found.retry} />` : html`<i class="bone" style="height:64px"></i>`;
  const items = found.data.items ?? [];
  const home = items.find((row) => row.is_default) ?? items[0];
  const save = async (event) => {
    event.preventDefault();
    const body = { ...Object.fromEntries(new FormData(event.currentTarget)), country: "US", is_default: true };
    setBusy(true);
    setError(null);
    try {
      await (home ? api.patch(`/me/addresses/${home.id}`, body) : api.post("/me/addresses", body));
      toasts.show("We keep that address");
      found.retry();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return html`<p class="soft">Where your parcels go. When we open a shop near it, we can tell you, if you like.</p>
    <form class="choices" key=${home?.id ?? "new"} onSubmit=${save}><div class="address">${FIELDS.map(([name, label, fill]) => html`<label key=${name} class=${`field at-${name}`}><span class="label">${label}</span>
      <span class="input"><input name=${name} autocomplete=${fill} required maxlength="120" defaultValue=${home?.[name] ?? ""} /></span><${FieldError}>${error?.fieldError?.(`/${name}`)}<//></label>`)}</div>
      <${ErrorNote} error=${error?.errors?.length ? null : error} title="The address is not kept" /><button class="btn btn-primary btn-wide" disabled=${busy} aria-busy=${busy}>Keep this address</button></form>`;
}

const RIGHTS = { asked: "May we show it?", given: "We may show it", refused: "We do not show it", none: "Nobody has asked yet" };

/** Yes and no hold until changed: a yes can be taken back at any time. */
function Photo({ api, post, onAnswered }) {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const answer = async (given) => {
    setBusy(true);
    try {
      await api.post(`/me/posts/${post.id}/rights`, { given });
      onAnswered();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return html`<li class="card photo"><img class="pic" src=${post.image_url} alt="" width="72" height="72" /><div class="grow"><b class="medium">${post.caption}</b><small class="muted">${day(post.posted_at)}, ${RIGHTS[post.rights] ?? post.rights}</small>
    ${post.rights === "asked" ? html`<p class="small soft">${post.words}</p><div class="row"><button type="button" class="btn btn-primary" disabled=${busy} onClick=${() => answer(true)}>Yes, show it</button><button type="button" class="btn" disabled=${busy} onClick=${() => answer(false)}>No</button></div>`
      : post.rights === "given" ? html`<button type="button" class="linkish" disabled=${busy} onClick=${() => answer(false)}>Take it back</button>` : null}
    <${FieldError}>${error?.message}<//></div></li>`;
}

/** Handles earn by a follow; photos with the hashtag earn once they are shown. */
export function Photos({ api }) {
  const [round, setRound] = useState(0);
  const handles = useAnswer(api, "/me/social-handles", { round });
  const posts = useAnswer(api, "/me/posts", { query: { limit: 20 }, round });
  const [error, setError] = useState(null);
  const again = () => setRound((n) => n + 1);
  const add = async (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    setError(null);
    try {
      await api.post("/me/social-handles", { platform: "instagram", handle: new FormData(form).get("handle") });
      form.reset();
      again();
    } catch (problem) {
      setError(problem);
    }
  };
  const mine = handles.data?.items ?? [];
  return html`<p class="soft">Tell us your handle, then follow us: points. A photo with #${config.brand.name.toLowerCase()} that we may show: more of them.</p>
    <${ErrorNote} error=${handles.error} title="We could not load your handles" onRetry=${again} />
    ${mine.length ? html`<ul class="moves">${mine.map((row) => html`<li key=${row.id}><span class="grow"><b class="medium">@${row.handle}</b><small class="muted">${row.verified ? "Yours, proven by your follow" : row.how}</small></span>${row.verified ? html`<span class="tag tag-ok"><${Icon} name="check" />Proven</span>` : html`<span class="tag tag-warn">Not yet</span>`}</li>`)}</ul>` : null}
    <form class="row handle-form" onSubmit=${add}><label class="input grow"><span class="sr">Your handle on Instagram</span><input name="handle" placeholder="Your handle, such as @suzie" autocomplete="off" autocapitalize="none" spellcheck=${false} required maxlength="60" /></label><button class="btn">Add handle</button></form>
    <${FieldError}>${error ? (error.fieldError?.("/handle") ?? error.message) : null}<//>
    <h2 class="page-head">Your photos</h2>
    <${ErrorNote} error=${posts.error} title="We could not load your photos" onRetry=${again} />
    ${posts.data ? (posts.data.items.length ? html`<ul class="messages">${posts.data.items.map((post) => html`<${Photo} key=${post.id} api=${api} post=${post} onAnswered=${again} />`)}</ul>` : html`<${EmptyState} icon="camera" level=${3} title="No photos yet">Those you post with our hashtag, under a handle that is proven to be yours, show here.<//>`) : null}
    <button type="button" class="btn btn-wide" onClick=${again}><${Icon} name="sync" />Look again</button>`;
}
