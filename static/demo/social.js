// A social network's stand-in with the brand's shop inside it: posts that can be bought from without logging in, an
// advertisement, following, and a photo with the hashtag. A guest's client like the others; the network's own part (who
// follows, who posts, what is advertised) is the stand-in's, which tells the brand by signed webhooks.
import { anonymously, byCartToken, readCookie } from "../parts/api.js";
import { createCart } from "../parts/cart.js";
import { Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { EmptyState, ErrorNote, FieldError } from "../parts/notes.js";
import { Sheet } from "../parts/sheet.js";
import { when } from "../parts/time.js";
import { Toasts, createToasts } from "../parts/toast.js";
import { html, render, useEffect, useState } from "../parts/ui.js";
import { CheckoutSheet } from "./checkout.js";
import { apiFor, brief, config, liveUrl, memory, onRequest, report } from "./client.js";
import { useAnswer } from "./loyalty.js";
import { ProductView } from "./shop.js";
import { rememberCampaign } from "./visitor.js";

// --- Who this is: a guest, and a name on the network ---------------------------------------------------
let guest = memory.read("cart-token");
const api = apiFor(() => (guest ? byCartToken(guest, { client: "social" }) : anonymously()));
const toasts = createToasts();

async function openCart() {
  const { data } = await api.post("/cart");
  if (data.token) memory.write("cart-token", (guest = data.token));
}

const cart = createCart({ api, liveUrl: liveUrl(), openWith: openCart, onChange: (event) => report(event.type, brief(event)) });

/** What the network itself does: it signs, and the public API is told. Throws an Error in plain words. */
async function act(given) {
  const made = await fetch(config.network.signed, { method: "POST", headers: { "Content-Type": "application/json", "X-CSRFToken": readCookie("csrftoken") }, body: JSON.stringify(given) });
  if (!made.ok) throw new Error("The network did not take that.");
  const { path, body, signature } = await made.json();
  const told = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-Signature": signature }, credentials: "omit", body });
  const answer = await told.json();
  if (!told.ok) throw new Error(answer.title ?? "The brand did not take that.");
  return answer.received;
}

// --- Parts of the page ---------------------------------------------------------------------------------
function Viewer({ viewer, onViewer }) {
  const [open, setOpen] = useState(false);
  const keep = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.currentTarget));
    onViewer({ handle: given.handle.trim().replace(/^@/, "").toLowerCase(), email: given.email.trim() });
    setOpen(false);
  };
  if (!open) return html`<button type="button" class="btn btn-quiet viewer" onClick=${() => setOpen(true)}><${Icon} name="user" />${viewer ? `@${viewer.handle}` : "Who are you here?"}</button>`;
  return html`<${Sheet} place="mid" title="Who you are on this network" onClose=${() => setOpen(false)}><form class="choices" onSubmit=${keep}>
    <label class="field"><span class="label">Handle</span><span class="input"><input data-first name="handle" required maxlength="30" pattern="@?[A-Za-z0-9._]+" autocapitalize="none" autocomplete="off" defaultValue=${viewer?.handle ?? ""} /></span></label>
    <label class="field"><span class="label">Email you gave the network</span><span class="input"><input name="email" type="email" autocomplete="off" required defaultValue=${viewer?.email ?? ""} /></span></label>
    <p class="muted small">The network finds you in the brand’s audiences by the hash of this address.</p>
    <button class="btn btn-primary btn-wide">Keep</button></form><//>`;
}

function Brand({ viewer, onAct, busy }) {
  return html`<section class="card profile" aria-label=${config.brand.name}><span class="avatar brand-face">${config.brand.name[0]}</span>
    <div class="grow"><b>${config.brand.name.toLowerCase()}</b><small class="muted">Made for the coast</small></div>
    <button type="button" class="btn btn-tonal" disabled=${!viewer || busy} onClick=${() => onAct({ kind: "follow", handle: viewer.handle }, `You follow ${config.brand.name}`)}>Follow</button></section>`;
}

/** What the platform shows somebody it finds in the brand's audience: the newest thing they looked at and did not buy. */
function Ad({ viewer, round }) {
  const [ad, setAd] = useState(null);
  useEffect(() => {
    let live = true;
    setAd(null);
    if (!viewer?.email) return undefined;
    const look = () => fetch(`${config.network.ad}?email=${encodeURIComponent(viewer.email)}`).then((answer) => answer.json()).then(async (found) => {
      if (!found.sku) return live && setAd(null);
      const { data } = await api.get(`/variants/by-code/${encodeURIComponent(found.sku)}`);
      return live && setAd({ ...found, variant: data.variant, name: data.product.name });
    }).catch(() => {});
    look();
    const timer = setInterval(look, 10_000);
    return () => ((live = false), clearInterval(timer));
  }, [viewer?.email, round]);
  if (!ad) return null;
  const { variant } = ad;
  const query = new URLSearchParams({ open: "cart", utm_source: "instagram", utm_medium: "paid_social", utm_campaign: "still-yours", fbclid: `IwAR-${variant.id}` });
  const url = `/demo/phone/?${query}`;
  const follow = (event) => {
    if (window.parent === window) return;
    event.preventDefault();
    report("open", { on: "phone", url });
  };
  return html`<article class="card feed ad" aria-label="Advertisement"><header><span class="avatar brand-face">${config.brand.name[0]}</span><div class="grow"><b>${config.brand.name.toLowerCase()}</b><small class="muted">Sponsored</small></div></header>
    <a class="ad-link" href=${url} onClick=${follow}><img class="pic" src=${variant.image_url} alt="" width="400" height="320" /><span class="ad-words"><span class="grow"><b>Still yours: ${ad.name}</b><small class="muted">${variant.name}, ${formatMoney(variant.price)}. Your bag is as you left it.</small></span><span class="btn btn-primary">Open your bag</span></span></a>
    <p class="muted small why">Shown because the brand put you into “${ad.lists[0]}”.</p></article>`;
}

const left = (good) => (good.available > 20 ? "in stock" : good.available > 0 ? `${good.available} left` : "sold out");

function Post({ post, onShop }) {
  return html`<article class="card feed" aria-label=${`Post of ${post.handle}`}><header><span class="avatar" aria-hidden="true">${post.handle[0]}</span><div class="grow"><b class="clip">${post.handle}</b><small class="muted">${when(post.posted_at)}</small></div></header>
    <img class="photo-large" src=${post.image_url} alt=${post.alt} width="470" height="400" loading="lazy" />
    <p class="words">${post.caption}</p>
    <ul class="tagged">${post.products.map((good) => html`<li key=${good.product_id}><button type="button" class="choice" onClick=${() => onShop(good, post)}><img class="pic" src=${good.image_url} alt="" width="40" height="50" /><span class="grow"><b class="medium">${good.name}</b><small class=${good.in_stock ? "muted" : "danger"}>${formatMoney(good.price)}, ${left(good)}</small></span><span class="linkish">Shop</span></button></li>`)}</ul></article>`;
}

const PICTURES = [["quay-rain-jacket-ochre", "Rain jacket"], ["cove-swimsuit-ink", "Swimsuit"], ["tidal-towel-shell", "Towel"]];

const asBase64 = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result.split(",")[1]);
  reader.onerror = reject;
  reader.readAsDataURL(file);
});

function ShareSheet({ viewer, onClose, onShared }) {
  const tag = `#${config.brand.name.toLowerCase()}`;
  const [picture, setPicture] = useState(PICTURES[0][0]);
  const [caption, setCaption] = useState(`Rain? Bring it on. ${tag}`);
  const [file, setFile] = useState(null);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const share = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const taken = await act({ kind: "post", handle: viewer.handle, caption, picture, ...(file ? { media_base64: await asBase64(file) } : {}) });
      onShared(taken ? "Posted. The brand sees it by its hashtag." : `Posted. Without ${tag} the brand does not see it.`);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return html`<${Sheet} place="mid" title="Share a photo" onClose=${onClose} busy=${busy}><form class="choices" onSubmit=${share}>
    <div class="pictures" role="radiogroup" aria-label="Photo">${PICTURES.map(([name, label]) => html`<button type="button" role="radio" key=${name} class="choice" aria-checked=${!file && picture === name} onClick=${() => (setPicture(name), setFile(null))}><img class="pic" src=${`${config.network.pictures}${name}.svg`} alt="" width="64" height="64" /><b class="medium">${label}</b></button>`)}</div>
    <label class="field"><span class="label">Or one of your own</span><input type="file" accept="image/png,image/jpeg" onChange=${(event) => setFile(event.currentTarget.files[0] ?? null)} /></label>
    <label class="field"><span class="label">Words</span><span class="input"><input value=${caption} maxlength="200" required onInput=${(event) => setCaption(event.currentTarget.value)} /></span></label>
    <${FieldError}>${error?.message}<//><button class="btn btn-primary btn-wide" disabled=${busy} aria-busy=${busy}>Post as @${viewer.handle}</button></form><//>`;
}

// --- The page ------------------------------------------------------------------------------------------
function App() {
  const [viewer, setViewer] = useState(memory.read("viewer"));
  const [round, setRound] = useState(0);
  const [wanted, setWanted] = useState(null);
  const [sheet, setSheet] = useState(null);
  const [busy, setBusy] = useState(false);
  const found = useAnswer(api, "/social/posts", { query: { limit: 12 }, round });
  const again = () => setRound((n) => n + 1);

  useEffect(() => {
    cart.start();
    report("ready");
    onRequest(async ({ do: what }) => {
      if (what !== "be-new") return;
      // Somebody new: another bag, and nobody on the network yet.
      memory.write("cart-token", (guest = null));
      memory.write("viewer", null);
      setViewer(null);
      setWanted(null);
      setSheet(null);
      await cart.start();
      report("started");
    });
    const timer = setInterval(again, 15_000);
    return () => clearInterval(timer);
  }, []);

  const keepViewer = (given) => (memory.write("viewer", given), setViewer(given));
  const onAct = async (given, words) => {
    setBusy(true);
    try {
      await act(given);
      toasts.show(words);
    } catch (error) {
      toasts.show(error.message, { icon: "alert" });
    } finally {
      setBusy(false);
    }
  };
  const shop = (good, post) => {
    rememberCampaign(post.campaign); // the post is the source of what is bought from here
    setWanted(good.slug);
  };
  const add = async (variant) => {
    try {
      await cart.add(variant.sku);
      setWanted(null);
      setSheet("checkout");
    } catch (error) {
      toasts.show(error.message, { icon: "alert" });
    }
  };
  const posts = (found.data?.items ?? []).filter((post) => post.products.length);
  return html`<div class="social-app"><header class="top" aria-label="Network"><h1>A social network</h1><${Viewer} viewer=${viewer} onViewer=${keepViewer} /></header>
    <main class="scroll" aria-label="Feed"><div class="column">
      <${Brand} viewer=${viewer} onAct=${onAct} busy=${busy} />
      <button type="button" class="btn btn-wide share" disabled=${!viewer} onClick=${() => setSheet("share")}><${Icon} name="camera" />${viewer ? "Share a photo" : "Say who you are above to follow and to share"}</button>
      <${Ad} viewer=${viewer} round=${round} />
      <${ErrorNote} error=${found.error} title="We could not load the feed" onRetry=${found.retry} />
      ${found.data ? (posts.length ? posts.map((post) => html`<${Post} key=${post.id} post=${post} onShop=${shop} />`) : html`<${EmptyState} icon="camera" title="Nothing to shop yet">Photos that staff approve, with their authors’ consent, show here.<//>`) : html`<i class="bone" style="height:320px"></i>`}</div></main>
    ${wanted ? html`<${Sheet} place="side" title="From the post" onClose=${() => setWanted(null)}><${ProductView} api=${api} slug=${wanted} version=${round} onAdd=${add} onOpen=${(card) => setWanted(card.slug)} /><//>` : null}
    ${sheet === "checkout" ? html`<${CheckoutSheet} place="side" kind="ship" api=${api} cart=${cart} me=${null} onClose=${() => (setSheet(null), again(), cart.refresh().catch(() => {}))} onPlaced=${(placed) => report("placed", { number: placed.number })} />` : null}
    ${sheet === "share" && viewer ? html`<${ShareSheet} viewer=${viewer} onClose=${() => setSheet(null)} onShared=${(words) => (setSheet(null), toasts.show(words))} />` : null}
    <${Toasts} toasts=${toasts} /></div>`;
}

render(html`<${App} />`, document.getElementById("app"));
