// The web storefront: a browser with a session cookie and a CSRF token, as any website.
import { ApiError, anonymously, byCartToken, bySession, pause } from "../parts/api.js";
import { CartLine, LineBones, changerOf } from "../parts/cart-line.js";
import { countItems, createCart, useCart } from "../parts/cart.js";
import { Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { EmptyState, ErrorNote, Note, OfflineNote } from "../parts/notes.js";
import { Sheet } from "../parts/sheet.js";
import { Toasts, createToasts } from "../parts/toast.js";
import { Totals, sumLabel } from "../parts/totals.js";
import { cls, html, render, useEffect, useState } from "../parts/ui.js";
import { AccountHome } from "./account-home.js";
import { AccountPage, PAGES } from "./account-pages.js";
import { arrival, handoffCode, restoreCart, settleArrival } from "./arrival.js";
import { CheckoutSheet } from "./checkout.js";
import { CodeEntry } from "./code-entry.js";
import { apiFor, balanceUrl, brief, config, demoLogIns, isStranger, liveUrl, memory, onRequest, report, stayStranger } from "./client.js";
import { useInbox, useLoyalty } from "./loyalty.js";
import { OrderList, OrderView } from "./orders.js";
import { PostStrip } from "./posts.js";
import { FacetChoice, ProductGrid, ProductView, SearchField, useProducts } from "./shop.js";
import { listCategories, redeemHandoff } from "./shop-api.js";
import { SignIn } from "./sign-in.js";
import { forgetVisitor, rememberCampaign, trackPage } from "./visitor.js";

// --- Who this is ---------------------------------------------------------------------------------
let guest = memory.read("cart-token");
let signedIn = false;
let whose = ""; // the address of who is signed in: this browser's session may have become somebody else's since

const credential = () => (signedIn ? bySession() : guest ? byCartToken(guest) : anonymously());
const api = apiFor(credential);
const accounts = apiFor(bySession, { base: "/_allauth/browser/v1" });
const toasts = createToasts();

/** Whose session the cookie opens: null when nobody's. */
async function session() {
  try {
    return (await accounts.get("/auth/session")).data.data.user;
  } catch (error) {
    if (error.status === 401 || error.status === 410) return null;
    throw error;
  }
}

async function leave() {
  if ((await session())?.email !== whose) return; // staff logged in meanwhile: theirs is not ours to end
  await accounts.delete("/auth/session").catch((error) => {
    if (error.status !== 401) throw error; // 401 is how allauth says: signed out
  });
}

async function signIn(email, password) {
  const now = await session();
  whose = now?.email ?? "";
  if (now && now.email !== email) await leave();
  if (!now || now.email !== email) {
    await accounts.post("/auth/login", { email, password }).catch(async (error) => {
      // A repeat of an attempt whose answer was lost: it did sign in.
      if (error.status === 409 && (await session())?.email === email) return;
      // allauth answers in its own form; the words are ours.
      throw error.status === 400 ? new ApiError({ status: 400, code: "wrong_login", title: "This email and password do not belong together." }) : error;
    });
  }
  await useSession(email);
}

/** The cookie is a customer's: what was put into a bag before goes with them. */
async function useSession(email) {
  signedIn = true;
  whose = email;
  if (guest) {
    await api.post("/cart/merge", { token: guest });
    memory.write("cart-token", (guest = null));
  }
}

async function asHeroine() {
  const { customer } = await demoLogIns();
  stayStranger(false);
  await signIn(customer.email, customer.password);
  return whoAmI();
}

async function whoAmI() {
  const { data } = await api.get("/me");
  const addresses = await api.get("/me/addresses").then((answer) => answer.data.items ?? answer.data, () => []);
  const name = data.name ?? [data.given_name, data.family_name].filter(Boolean).join(" ");
  const home = addresses[0];
  return { ...data, name: name || data.email, address: home ? { name: home.name || name, line1: home.line1, city: home.city, region: home.region, postal_code: home.postal_code } : null };
}

async function openCart() {
  const { data } = await api.post("/cart");
  if (!signedIn && data.token) memory.write("cart-token", (guest = data.token));
}

const cart = createCart({
  api,
  liveUrl: liveUrl(),
  openWith: openCart,
  onChange: (event) => report(event.type, brief(event)),
});

// --- Parts of the page ---------------------------------------------------------------------------
function Bag({ state, seen, onCheckout, now, wish }) {
  const change = changerOf(cart, toasts);
  const basket = state.cart;
  return html`<section class="card bag" aria-label="Your bag"><header><h2>Your bag</h2><span class="v"><span class="dot"></span>${basket ? `version ${basket.version}` : "empty"}${seen}</span></header>
    ${state.phase === "loading" ? html`<${LineBones} />`
      : state.phase === "error" ? html`<${ErrorNote} error=${state.error} title="We could not load your bag" onRetry=${() => cart.refresh()} />`
      : !basket?.lines.length ? html`<${EmptyState} level=${3} icon="bag" title="Your bag is empty">Add something here, on the phone or in the store.<//>`
      : html`<ul class="lines">${basket.lines.map((line) => html`<${CartLine} key=${line.id} line=${line} width="list" viewer=${{ kind: "customer" }} fresh=${state.fresh.has(line.id)} now=${now} onQuantity=${change} />`)}</ul>
        <div class="bag-sums"><${Totals} totals=${basket.totals} codes=${basket.codes} /><${CodeEntry} cart=${cart} codes=${basket.codes ?? []} wish=${wish} /></div>
        <footer><span class="soft short-sum">${sumLabel(basket.totals)}<b class="num">${formatMoney(basket.totals.total)}</b></span>
          <button type="button" class="btn btn-primary check-out" onClick=${onCheckout}>Check out</button></footer>`}</section>`;
}

function App() {
  const state = useCart(cart);
  const [me, setMe] = useState(null);
  const [other, setOther] = useState(null);
  const [q, setQ] = useState("");
  const [category, setCategory] = useState("");
  const [categories, setCategories] = useState([]);
  const [product, setProduct] = useState(null);
  const [sheet, setSheet] = useState(null);
  const [order, setOrder] = useState(null);
  const [now, setNow] = useState(Date.now());
  const [bagOpen, setBagOpen] = useState(false);
  const [size, setSize] = useState("");
  const [page, setPage] = useState(null);
  const [wish, setWish] = useState(null);
  const [card, setCard] = useState(false);
  const [round, setRound] = useState(0);
  const atHome = sheet === "account";
  const loyalty = useLoyalty(api, { who: me?.id, url: balanceUrl(), active: atHome, round });
  const inbox = useInbox(api, me?.id, atHome);
  const found = useProducts(api, { q, category, filters: size ? { "option.Size": size } : {}, limit: 24 });

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    listCategories(api).then(setCategories, () => {});
    trackPage(config.brand.name);
    start();
    onRequest(async ({ do: what, sku }) => {
      if (what === "start-again") {
        setSheet(null);
        setProduct(null);
        if (!signedIn && isStranger()) setMe(await asHeroine().catch(() => null));
        await cart.start();
        if (sku) await cart.add(sku);
        report("started");
      }
      if (what === "be-new") {
        setSheet(null);
        browse("");
        await beNobody();
        report("started");
      }
    });
    return () => clearInterval(timer);
  }, []);

  async function enter() {
    const [user, { customer }] = await Promise.all([session(), demoLogIns()]);
    if (isStranger()) {
      // Whoever was played before is signed in again by hand; a customer's own session stays.
      if (user && memory.read("session") === user.email) (await useSession(user.email), setMe(await whoAmI()));
    } else if (user && user.email !== customer.email) setOther(user);
    else setMe(await asHeroine());
  }

  async function start() {
    try {
      await enter().catch(() => pause(1_000).then(enter));
    } catch (error) {
      // A guest's shop works just the same.
      toasts.show(`You are not signed in: ${error.message}`, { icon: "alert" });
    }
    cart.start();
    report("ready");
    await arrive();
  }

  /** What the address asked for: links in mails, ads, postcards and those friends share. */
  async function arrive() {
    const sorry = (error) => toasts.show(error.message, { icon: "alert" });
    if (arrival.handoff) await redeemHandoff(api, handoffCode()).then(({ token, cart: found }) => taken(token, found), sorry);
    if (arrival.cart) await restoreCart(api).then((answer) => taken(answer.token, answer), sorry);
    if (arrival.code) await useCode(arrival.code);
    if (arrival.product) setProduct(arrival.product);
    if (arrival.open === "cart" || arrival.cart) setBagOpen(true);
    settleArrival();
  }

  /** A customer's own cart is ours already; a guest is given a token for the one. */
  async function taken(token, found) {
    if (token) memory.write("cart-token", (guest = token));
    else cart.take(found);
    await cart.start();
    toasts.show("Your bag is back");
  }

  async function useCode(code) {
    setSheet(null);
    setBagOpen(true);
    try {
      await cart.addCode(code);
      toasts.show(`${code} is in your bag`);
    } catch (error) {
      setWish({ text: code, error });
      toasts.show(error.message, { icon: "alert" });
    }
  }

  async function signOut() {
    if (signedIn) await leave();
    signedIn = false;
    stayStranger(true);
    memory.write("session", null);
    forgetVisitor();
    setSheet(null);
    setMe(null);
    cart.start();
  }

  /** Nobody known: no session of a customer, no bag. A session of staff in this browser is left alone. */
  async function beNobody() {
    await signOut();
    memory.write("cart-token", (guest = null));
    setOther(null);
    await cart.start();
  }

  async function signedInByHand() {
    const found = await whoAmI();
    memory.write("session", found.email);
    setMe(found);
    setOther(null);
    setSheet(null);
    await cart.start();
  }

  const enterAsHeroine = async () => (setMe(await asHeroine()), setOther(null), cart.start());
  const account = (name = null) => (setOrder(null), setPage(name), setSheet("account"));
  const add = async (variant, item) => {
    try {
      await cart.add(variant.sku);
      toasts.show(`${item.name} is in your bag`);
    } catch (error) {
      toasts.show(error.message, { icon: "alert" });
    }
  };
  const browse = (path) => (setCategory(path), setProduct(null), setQ(""), setSize(""));
  const roots = categories.filter((row) => !row.path.includes("/"));
  const root = category.split("/")[0];
  const inner = categories.filter((row) => row.path.startsWith(`${root}/`) && row.path.split("/").length === 2);
  const title = q ? `“${q}”` : (categories.find((row) => row.path === category)?.name ?? "For the coast");
  const bag = html`<${Bag} state=${state} seen="" now=${now} wish=${wish} onCheckout=${() => setSheet("checkout")} />`;
  return html`<div class="web-app">
    <header class="top" aria-label="Shop"><button type="button" class="brand" onClick=${() => browse("")}>${config.brand.name.toLowerCase()}</button>
      <nav aria-label="Departments">${roots.map((row) => html`<button type="button" key=${row.path} aria-current=${root === row.path ? "true" : undefined} onClick=${() => browse(row.path)}>${row.name}</button>`)}</nav>
      <div class="find"><${SearchField} value=${q} onInput=${(text) => (setQ(text), setProduct(null))} placeholder="Find" /></div>
      ${me ? html`<button type="button" class="btn btn-quiet you" aria-label=${`${me.name.split(" ")[0]}, your account${inbox.unread ? `, ${inbox.unread} unread` : ""}`} onClick=${() => account()}><${Icon} name="user" /><span>${me.name.split(" ")[0]}</span>${inbox.unread ? html`<span class="badge" data-count=${inbox.unread}></span>` : null}</button>` : html`<button type="button" class="btn btn-quiet you" onClick=${() => (isStranger() ? setSheet("sign-in") : enterAsHeroine())}>Sign in</button>`}
      <button type="button" class="btn btn-quiet bag-mark" aria-label=${`Your bag, ${countItems(state.cart)} items`} onClick=${() => setBagOpen(!bagOpen)}><${Icon} name="bag" /><span class="num">${countItems(state.cart)}</span></button></header>
    <${OfflineNote} connection=${state.connection} />
    ${other ? html`<div class="other"><${Note} icon="user" title=${`You are signed in as ${other.email}`} actions=${html`<button type="button" class="btn" onClick=${enterAsHeroine}>Sign in as Suzie instead</button>`}>This browser has one session for the shop and the staff pages. Shopping as a guest until you change it.<//></div>` : null}
    <div class=${cls("stage", { "bag-open": bagOpen })}><main class="shop" aria-label="Web storefront">${product ? html`<${ProductView} wide api=${api} slug=${product} version=${state.cart?.version} onAdd=${add} onOpen=${(card) => setProduct(card.slug)} onClose=${() => setProduct(null)} />`
      : html`<div class="found"><h1>${title}${size ? `, size ${size}` : ""}</h1><span class="muted small num">${found.total === null ? "" : `${found.total} ${found.total === 1 ? "item" : "items"}`}</span>
          <${FacetChoice} found=${found} name="option.Size" label="Size" value=${size} onPick=${setSize} /></div>
        ${inner.length && !q ? html`<div class="chips rail" role="group" aria-label="Categories">${inner.map((row) => html`<button type="button" key=${row.path} class="chip" aria-pressed=${category === row.path} onClick=${() => browse(category === row.path ? root : row.path)}>${row.name}</button>`)}</div>` : null}
        <${ProductGrid} found=${found} q=${q} onOpen=${(card) => setProduct(card.slug)} />${q || category ? null : html`<${PostStrip} api=${api} refresh=${state.cart?.version} onOpen=${(good, post) => (rememberCampaign(post.campaign), setProduct(good.slug))} />`}`}</main>${bag}</div>
    ${sheet === "checkout" ? html`<${CheckoutSheet} place="side" api=${api} cart=${cart} me=${me} onClose=${() => (setSheet(null), cart.refresh().catch(() => {}))} onPlaced=${(placed) => (setRound((n) => n + 1), report("placed", { number: placed.number }))} />` : null}
    ${sheet === "sign-in" ? html`<${Sheet} place="side" title="Sign in" onClose=${() => setSheet(null)}><${SignIn} signIn=${signIn} onIn=${signedInByHand} /><//>` : null}
    ${atHome && me ? html`<${Sheet} place="side" title=${order ? order.number : page === "orders" ? "Your orders" : page ? PAGES[page] : `Hello, ${me.first_name || me.name.split(" ")[0]}`} onClose=${() => (order ? setOrder(null) : page ? setPage(null) : setSheet(null))}>
      ${order ? html`<${OrderView} api=${api} id=${order.id} />` : page === "orders" ? html`<${OrderList} api=${api} onOpen=${setOrder} onShop=${() => setSheet(null)} />`
        : page ? html`<${AccountPage} key=${page} page=${page} api=${api} loyalty=${loyalty} inbox=${inbox} toasts=${toasts} onUse=${useCode} round=${round} />`
        : html`<${AccountHome} compact api=${api} loyalty=${loyalty} inbox=${inbox} toasts=${toasts} open=${setPage} round=${round} card=${card} onCard=${setCard} /><button type="button" class="btn btn-quiet btn-wide" onClick=${signOut}>Sign out</button>`}<//>` : null}
    <${Toasts} toasts=${toasts} /></div>`;
}

render(html`<${App} />`, document.getElementById("app"));
