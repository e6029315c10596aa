// One post: who it is by, what is on it, what its owner said, and the next step.
import { formatMoney } from "../parts/money.js";
import { when } from "../parts/time.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";

const RIGHTS = {
  none: ["warn", "Not asked yet"], asked: ["warn", "Asked"], given: ["ok", "Said yes"], refused: ["bad", "Said no"], withdrawn: ["bad", "Took it back"],
};

function Goods({ post, mayChange, onTag, field }) {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState([]);
  const skus = post.products.map((each) => each.sku);
  useEffect(() => {
    if (typed.trim().length < 2) return setFound([]);
    const timer = setTimeout(async () => {
      const answer = await fetch(`/api/v1/products?q=${encodeURIComponent(typed)}&limit=5`, { credentials: "same-origin" }).catch(() => null);
      if (answer?.ok) setFound((await answer.json()).items ?? []);
    }, 180);
    return () => clearTimeout(timer);
  }, [typed]);
  async function take(ref) {
    let sku = ref;
    if (typeof ref === "object") {
      const answer = await fetch(`/api/v1/products/${ref.slug}`, { credentials: "same-origin" });
      sku = (await answer.json()).variants?.[0]?.sku;
    }
    if (sku && !skus.includes(sku)) onTag([...skus, sku]);
    setTyped("");
    setFound([]);
  }
  return html`<div><h3>What is on it</h3>
    <div class="soc-goods">${post.products.map((good) => html`<div class="soc-good" key=${good.product_id}><img src=${good.image_url} alt="" />
      <div><b>${good.name}</b><small>${formatMoney(good.price)}, ${good.in_stock ? `${good.available} left` : "sold out"}</small></div>
      ${mayChange ? html`<button type="button" aria-label=${`Take ${good.name} off`} onClick=${() => onTag(skus.filter((sku) => sku !== good.sku))}>Take off</button>` : null}</div>`)}
      ${post.products.length ? null : html`<p class="muted">Tag at least one thing, so that the post can be shopped.</p>`}</div>
    ${mayChange ? html`<div style="margin-top:8px"><input ref=${field} type="search" aria-label="Find by name or SKU" placeholder="Find by name or SKU" value=${typed} onInput=${(event) => setTyped(event.target.value)}
      onKeyDown=${(event) => { if (event.key === "Enter") { event.preventDefault(); take(found[0] ?? typed.trim()); } if (event.key === "Escape") event.target.blur(); }} />
      ${found.length ? html`<div class="soc-found">${found.map((each) => html`<button key=${each.id} type="button" onClick=${() => take(each)}><span>${each.name}</span><small>${each.price ? formatMoney(each.price) : ""}</small></button>`)}</div>` : null}</div>` : null}</div>`;
}

export function PostPanel({ post, api, config, keys, onChanged }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const [rejects, setRejects] = useState(false);
  const [reposts, setReposts] = useState(false);
  const [copied, setCopied] = useState(false);
  const field = useRef(null);
  const why = useRef(null);

  async function step(name, body, method = "post") {
    setBusy(true);
    setError(null);
    try {
      const { data } = await api[method](`/social/moderation/${post.id}/${name}`, body, { ifMatch: `"${post.version}"` });
      setRejects(false);
      setReposts(false);
      onChanged(data);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  const [tone, said] = RIGHTS[post.rights];
  const open = post.state === "pending" || post.state === "rights_asked";
  const shown = post.state === "approved" || post.state === "reposted";
  const mayAsk = open && post.rights !== "given";
  const mayApprove = open && post.rights === "given" && post.products.length > 0;
  const blocked = !open || mayApprove ? "" : post.rights !== "given" ? "It can be approved once its owner says yes." : "Tag what is to be seen, then approve it.";
  const reject = () => (setRejects(true), setTimeout(() => why.current?.focus()));
  keys.current = config.may_change && !busy ? {
    t: () => field.current?.focus(), ...(mayAsk ? { r: () => step("ask-rights") } : {}), ...(mayApprove ? { a: () => step("approve") } : {}), ...(post.state !== "rejected" ? { x: reject } : {}),
  } : {};

  return html`<aside class="soc-one" aria-label=${`The picture by @${post.handle}`}>
    ${post.image_url ? html`<img src=${post.image_url} alt=${post.alt} />` : null}
    <div class="in">
      <div><div class="who"><h2>@${post.handle}</h2><span class=${`soc-tag ${tone}`}>${said}</span></div>
        <p class="muted">${post.platform[0].toUpperCase()}${post.platform.slice(1)}, ${when(post.posted_at)}. ${post.customer
          ? html`<a href=${config.customer_url.replace(config.nobody, post.customer.id)}>${post.customer.name}</a>` : "Not known as a customer yet."}</p></div>
      ${post.caption ? html`<p class="caption">${post.caption}</p>` : null}
      ${error ? html`<p class="soc-note" role="alert">${error.message}</p>` : null}
      ${post.rejected_reason && post.state === "rejected" ? html`<p class="soc-note calm">Turned down: ${post.rejected_reason}</p>` : null}
      ${shown && post.rights !== "given" ? html`<p class="soc-note">Its owner took their yes back. It is shown nowhere any more.</p>` : null}
      <${Goods} post=${post} field=${field} mayChange=${config.may_change && post.state !== "rejected"} onTag=${(skus) => step("products", { skus }, "put")} />
      ${post.rights === "asked" ? html`<div><h3>The question</h3><p class="muted">${post.customer ? "They see it in their account. " : ""}Send it to the handle too:</p>
        <div class="soc-field" style="margin-top:6px"><input type="text" readonly aria-label="Message to the handle" value=${post.rights_text} onFocus=${(event) => event.target.select()} />
        <button type="button" class="soc-button" onClick=${() => navigator.clipboard?.writeText(post.rights_text).then(() => setCopied(true))}>${copied ? "Copied" : "Copy"}</button></div></div>` : null}
      ${post.rewarded_at ? html`<p class="muted">Points were given ${when(post.rewarded_at)}.</p>` : null}
      ${!config.may_change ? null : rejects ? html`<form onSubmit=${(event) => (event.preventDefault(), step("reject", { reason: why.current.value.trim() }))}><h3>Why is it turned down?</h3>
          <div class="soc-field"><input ref=${why} type="text" required maxlength="200" list="soc-reasons" aria-label="Reason" onKeyDown=${(event) => event.key === "Escape" && setRejects(false)} /><button class="soc-button first" disabled=${busy}>Reject</button></div>
          <datalist id="soc-reasons"><option value="Not our goods" /><option value="Blurred or too dark" /><option value="People who did not agree" /><option value="Another brand to be seen" /></datalist></form>`
        : reposts ? html`<form onSubmit=${(event) => (event.preventDefault(), step("repost", { url: event.target.elements.url.value.trim() }))}><h3>Where did the brand show it?</h3>
          <div class="soc-field"><input name="url" type="url" maxlength="500" aria-label="Address of the repost" placeholder="https://… (if you have it)" /><button class="soc-button first" disabled=${busy}>Note it</button></div></form>`
        : html`<div class="soc-steps">
          ${mayAsk ? html`<button type="button" class=${`soc-button wide ${mayApprove ? "" : "first"}`} disabled=${busy} onClick=${() => step("ask-rights")}>${post.rights === "none" ? "Ask for rights" : "Ask again"} <kbd>R</kbd></button>` : null}
          ${open && post.rights === "given" ? html`<button type="button" class="soc-button first" disabled=${busy || !mayApprove} onClick=${() => step("approve")}>Approve <kbd>A</kbd></button>` : null}
          ${post.state === "rejected" ? html`<button type="button" class="soc-button first wide" disabled=${busy} onClick=${() => step("reconsider")}>Look at it again</button>`
            : html`<button type="button" class=${`soc-button ${open && post.rights === "given" ? "" : "wide"}`} disabled=${busy} onClick=${reject}>${shown ? "Take it down" : "Reject"} <kbd>X</kbd></button>`}
          ${post.state === "approved" && post.rights === "given" ? html`<button type="button" class="soc-button first wide" disabled=${busy} onClick=${() => setReposts(true)}>Note the repost</button>` : null}
        </div>${blocked ? html`<p class="muted">${blocked}</p>` : null}`}
      ${post.repost_url ? html`<p class="muted">Reposted at <a href=${post.repost_url}>${post.repost_url}</a></p>` : null}
    </div></aside>`;
}
