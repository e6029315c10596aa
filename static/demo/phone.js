// The phone storefront: a customer of the mobile app, known by X-Session-Token; without one, a guest with a cart token.
import { ApiError, anonymously, byAppToken, byCartToken } from "../parts/api.js";
import { who } from "../parts/channels.js";
import { CartLine, LineBones, changerOf, nameOf } from "../parts/cart-line.js";
import { countItems, createCart, useCart } from "../parts/cart.js";
import { Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { EmptyState, ErrorNote, OfflineNote } from "../parts/notes.js";
import { prepareQr } from "../parts/qr.js";
import { when } from "../parts/time.js";
import { Toasts, createToasts } from "../parts/toast.js";
import { Totals } from "../parts/totals.js";
import { html, render, useEffect, useState } from "../parts/ui.js";
import { AccountHome } from "./account-home.js";
import { AccountPage, PAGES } from "./account-pages.js";
import { dropPending, onKept, pendingSignUp, phoneSession, signUp } from "./app-account.js";
import { arrival, handoffCode, restoreCart, settleArrival } from "./arrival.js";
import { CheckoutSheet } from "./checkout.js";
import { apiFor, balanceUrl, brief, config, demoLogIns, isStranger, liveUrl, memory, onRequest, report, stayStranger } from "./client.js";
import { CodeEntry } from "./code-entry.js";
import { ShowCodeSheet, TakeOverSheet } from "./handoff.js";
import { useInbox, useLoyalty } from "./loyalty.js";
import { OrderList, OrderView } from "./orders.js";
import { ProductGrid, ProductView, SearchField, useProducts } from "./shop.js";
import { codeIn, listCategories, redeemHandoff } from "./shop-api.js";
import { SignIn } from "./sign-in.js";
import { forgetVisitor, trackPage } from "./visitor.js";

// --- Who this is ---------------------------------------------------------------------------------
let token = memory.read("session");
let guest = memory.read("cart-token");

const credential = () => (token ? byAppToken(token) : guest ? byCartToken(guest, { client: "app" }) : anonymously());
const api = apiFor(credential, { onUnauthorised: () => token && forget() });
const accounts = apiFor(() => (token ? byAppToken(token) : anonymously()), { base: "/_allauth/app/v1" });
const toasts = createToasts();

function forget() {
  token = null;
  memory.write("session", null);
}

async function signIn(email, password) {
  let answer;
  try {
    answer = await accounts.post("/auth/login", { email, password });
  } catch (error) {
    // allauth answers in its own form; the words are ours.
    throw error.status === 400 ? new ApiError({ status: 400, code: "wrong_login", title: "This email and password do not belong together." }) : error;
  }
  token = answer.data.meta.session_token;
  memory.write("session", token);
  await bringGuestCart();
}

/** What somebody put into a bag before they signed in goes with them. */
async function bringGuestCart() {
  if (guest) {
    const { data } = await api.post("/cart/merge", { token: guest });
    guest = null;
    memory.write("cart-token", null);
    if (data?.lines?.length ?? data?.report?.length) toasts.show("Your bag is with your account now");
  }
}

async function signOut() {
  await accounts.delete("/auth/session").catch((error) => {
    if (error.status !== 401) throw error; // 401 is how allauth says: signed out
  });
  forget();
  stayStranger(true);
  forgetVisitor();
}

/** Carts open by themselves for customers; a guest is given the token of theirs once. */
async function openCart() {
  const { data } = await api.post("/cart");
  if (!token && data.token) {
    guest = data.token;
    memory.write("cart-token", guest);
  }
}

const cart = createCart({
  api,
  liveUrl: liveUrl(),
  openWith: openCart,
  onChange: (event) => report(event.type, brief(event)),
});

// --- Screens -------------------------------------------------------------------------------------
function Bag({ state, onCheckout, onShop, now, wish }) {
  const change = changerOf(cart, toasts);
  if (state.phase === "loading") return html`<${LineBones} />`;
  if (state.phase === "error") return html`<${ErrorNote} error=${state.error} title="We could not load your bag" onRetry=${() => cart.refresh()} />`;
  if (!state.cart?.lines.length) {
    return html`<div class="middle"><${EmptyState} icon="bag" title="Your bag is empty" action="Look around" onAction=${onShop}>What you add here is in your bag on every device, and in our stores.<//></div>`;
  }
  return html`<ul class="lines">${state.cart.lines.map((line) => html`<${CartLine} key=${line.id} line=${line} viewer=${{ kind: "customer" }} fresh=${state.fresh.has(line.id)} now=${now} onQuantity=${change} />`)}</ul>
    <div class="sums"><${Totals} totals=${state.cart.totals} codes=${state.cart.codes} /><${CodeEntry} cart=${cart} codes=${state.cart.codes ?? []} wish=${wish} /></div>
    <div class="foot"><button type="button" class="btn btn-primary check-out" onClick=${onCheckout}>Check out</button></div>`;
}

function Shop({ onOpen }) {
  const [q, setQ] = useState("");
  const [category, setCategory] = useState("");
  const [roots, setRoots] = useState([]);
  const found = useProducts(api, { q, category, limit: 12 });
  useEffect(() => void listCategories(api).then((all) => setRoots(all.filter((row) => !row.path.includes("/"))), () => {}), []);
  return html`<div class="scroll pad"><${SearchField} value=${q} onInput=${setQ} />
    <div class="chips rail" role="group" aria-label="Categories">${[{ path: "", name: "All" }, ...roots].map((row) => html`<button type="button" key=${row.path} class="chip" aria-pressed=${category === row.path} onClick=${() => setCategory(row.path)}>${row.name}</button>`)}</div>
    <${ProductGrid} found=${found} q=${q} onOpen=${onOpen} bones=${6} /></div>`;
}

/** The bag among the account's cards: pictures, who touched it last, one button. */
function BagCard({ state, onCheckout, onOpen, now }) {
  const basket = state.cart;
  if (!basket?.lines.length) return null;
  const count = countItems(basket);
  const last = [...basket.lines].sort((a, b) => (b.changed ?? b.added).at.localeCompare((a.changed ?? a.added).at))[0];
  return html`<section class="card you-card bag-card"><button type="button" class="plain" onClick=${onOpen}><b class="grow">Your bag</b><b class="num">${formatMoney(basket.totals.total)}</b></button>
    <div class="bag-pics">${basket.lines.slice(0, 3).map((line) => html`<img key=${line.id} class="pic" src=${line.image_url} alt="" width="52" height="64" />`)}<p class="soft"><b class="medium">${nameOf(last)}</b><br />${who(last.changed ?? last.added, { kind: "customer" })}, ${when((last.changed ?? last.added).at, now)}</p></div>
    <button type="button" class="btn btn-primary btn-wide" onClick=${onCheckout}>Check out ${count === 1 ? "1 item" : `${count} items`}</button></section>`;
}

function SignInPage({ onIn, actions }) {
  return html`<div class="scroll pad"><${SignIn} signIn=${signIn} signUp=${signUp} pending=${pendingSignUp()?.email} onIn=${onIn} />
      <div class="choices">${actions.map((row) => html`<button type="button" key=${row.title} class="choice" onClick=${row.onClick}><${Icon} name=${row.icon} /><span class="grow"><b class="medium">${row.title}</b><small class="muted">${row.detail}</small></span><${Icon} name="right" /></button>`)}</div></div>`;
}

function You({ me, setMe, onIn, page, open, loyalty, inbox, state, now, round, card, onCard, onCheckout, onBag, onUse, onHandoff, onTakeOver }) {
  const actions = [
    { icon: "qr", title: "Show my bag to a store", detail: "A code, once, for two minutes", onClick: onHandoff },
    { icon: "scan", title: "Take over a bag", detail: "Scan or type the code of a tablet", onClick: onTakeOver },
  ];
  if (!me) return html`<${SignInPage} onIn=${onIn} actions=${actions} />`;
  if (page) return html`<div class="scroll pad you-page" tabindex="0" role="region" aria-label=${PAGES[page]}><${AccountPage} key=${page} page=${page} api=${api} loyalty=${loyalty} inbox=${inbox} toasts=${toasts} onUse=${onUse} round=${round} /></div>`;
  return html`<div class="scroll you-scroll"><${AccountHome} api=${api} loyalty=${loyalty} inbox=${inbox} toasts=${toasts} open=${open} round=${round} extra=${actions} card=${card} onCard=${onCard}
      bag=${html`<${BagCard} state=${state} now=${now} onCheckout=${onCheckout} onOpen=${onBag} />`} />
    <button type="button" class="btn btn-quiet btn-wide" onClick=${async () => (await signOut(), setMe(null), cart.start())}>Sign out</button></div>`;
}

async function whoAmI() {
  const { data } = await api.get("/me");
  const addresses = await api.get("/me/addresses").then((answer) => answer.data.items ?? answer.data, () => []);
  const name = data.name ?? [data.given_name, data.family_name].filter(Boolean).join(" ");
  const home = addresses[0];
  return { ...data, name: name || data.email, address: home ? { name: home.name || name, line1: home.line1, city: home.city, region: home.region, postal_code: home.postal_code } : null };
}

const TABS = [["shop", "Shop", "search"], ["bag", "Bag", "bag"], ["orders", "Orders", "box"], ["you", "You", "user"]];
const TITLES = { shop: config.brand.name, bag: "Your bag", orders: "Orders", you: "You" };

function App() {
  const state = useCart(cart);
  const [tab, setTab] = useState("bag");
  const [me, setMe] = useState(null);
  const [product, setProduct] = useState(null);
  const [order, setOrder] = useState(null);
  const [sheet, setSheet] = useState(null);
  const [round, setRound] = useState(0);
  const [now, setNow] = useState(Date.now());
  const [page, setPage] = useState(null);
  const [wish, setWish] = useState(null);
  const [card, setCard] = useState(false);
  const atHome = tab === "you" && !product;
  const loyalty = useLoyalty(api, { who: me?.id, url: balanceUrl(), active: atHome, round });
  const inbox = useInbox(api, me?.id, atHome);
  useEffect(() => void (me && prepareQr()), [me?.id]);

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    trackPage(`${config.brand.name} on the phone`);
    enter().then(async (known) => {
      setMe(known);
      // The address of a QR code or a mail opens this page with what it is for.
      const sorry = (error) => toasts.show(error.message, { icon: "alert" });
      if (arrival.handoff) await redeemHandoff(api, handoffCode()).then(taken, sorry);
      if (arrival.cart) await restoreCart(api).then((answer) => taken({ token: answer.token, cart: answer }), sorry);
      if (arrival.code) await useCode(arrival.code);
      if (arrival.product) setProduct(arrival.product);
      if (arrival.open === "cart") setTab("bag");
      if (arrival.open === "you") setTab("you");
      settleArrival();
    });
    // Signed in by another page of this phone: the one behind the link in a mail.
    onKept(async (name) => {
      if (name !== "session" || !phoneSession() || phoneSession() === token) return;
      token = phoneSession();
      await bringGuestCart().catch(() => {});
      await signedIn();
      toasts.show("You are signed in");
    });
    onRequest(async ({ do: what, sku, code }) => {
      if (what === "hand-off") setSheet("show-code");
      if (what === "show-card") (go("you"), setCard(true));
      if (what === "be-new") {
        setSheet(null);
        await beNobody();
        go("shop");
        report("started");
      }
      if (what === "take-over") await redeemHandoff(api, codeIn(code)).then(taken, (error) => toasts.show(error.message, { icon: "alert" }));
      if (what === "start-again") {
        setSheet(null);
        setProduct(null);
        setTab("bag");
        if (!token) setMe(await asHeroine().then(whoAmI, () => null));
        await cart.start();
        if (cart.state.cart?.lines.length) await cart.clear();
        if (sku) await cart.add(sku);
        report("started");
      }
    });
    return () => clearInterval(timer);
  }, []);

  const signedIn = async () => (setMe(await whoAmI()), await cart.start());

  /** Nobody known: no session, no bag, no history. Whoever plays somebody new begins here. */
  async function beNobody() {
    if (token) await signOut();
    stayStranger(true);
    forgetVisitor();
    dropPending();
    memory.write("cart-token", (guest = null));
    setMe(null);
    await cart.start();
  }

  const add = async (variant, found) => {
    try {
      await cart.add(variant.sku);
      toasts.show(`${found.name} is in your bag`);
    } catch (error) {
      toasts.show(error.message, { icon: "alert" });
    }
  };
  const go = (name) => (setProduct(null), setOrder(null), setPage(null), setTab(name));
  const open = (name) => (name === "orders" ? go("orders") : setPage(name));
  // A code from the wallet or from a link: in the bag, or there with the reason why not.
  const useCode = async (code) => {
    try {
      await cart.addCode(code);
      toasts.show(`${code} is in your bag`);
    } catch (error) {
      setWish({ text: code, error });
      toasts.show(error.message, { icon: "alert" });
    }
    go("bag");
  };
  const home = atHome && me;
  const title = product ? "Shop" : order ? order.number : home ? (page ? PAGES[page] : `Hello, ${me.first_name || me.name.split(" ")[0]}`) : TITLES[tab];
  const aside = order ? html`<button type="button" class="btn btn-quiet" onClick=${() => setOrder(null)}><${Icon} name="left" />Orders</button>`
    : home && page ? html`<button type="button" class="btn btn-quiet" onClick=${() => setPage(null)}><${Icon} name="left" />You</button>`
    : home ? html`<button type="button" class="btn btn-quiet bell" aria-label=${inbox.unread ? `Messages, ${inbox.unread} unread` : "Messages"} onClick=${() => setPage("inbox")}><${Icon} name="bell" />${inbox.unread ? html`<span class="badge" aria-hidden="true">${inbox.unread}</span>` : null}</button>`
    : html`<span class="v"><span class="dot"></span>${state.cart ? `version ${state.cart.version}` : "no bag yet"}</span>`;
  const count = countItems(state.cart);
  return html`<div class="phone-app">
    <header class="top" aria-label="Phone"><h1 class="clip">${title}</h1>${aside}</header>
    <${OfflineNote} connection=${state.connection} />
    <main class="screen" aria-label="Phone storefront">${product ? html`<div class="scroll"><${ProductView} api=${api} slug=${product} version=${state.cart?.version} onAdd=${add} onOpen=${(card) => setProduct(card.slug)} onClose=${() => setProduct(null)} /></div>`
      : tab === "shop" ? html`<${Shop} onOpen=${(card) => setProduct(card.slug)} />`
      : tab === "bag" ? html`<${Bag} state=${state} now=${now} wish=${wish} onShop=${() => go("shop")} onCheckout=${() => setSheet("checkout")} />`
      : tab === "orders" ? html`<div class="scroll">${!me ? html`<${EmptyState} icon="box" title="Sign in to see your orders" action="Sign in" onAction=${() => go("you")}>Guests find theirs by the link in the email.<//>`
        : order ? html`<div class="pad"><${OrderView} api=${api} id=${order.id} first=${null} /></div>` : html`<${OrderList} api=${api} round=${round} onOpen=${setOrder} onShop=${() => go("shop")} />`}</div>`
      : html`<${You} me=${me} setMe=${setMe} page=${page} open=${open} loyalty=${loyalty} inbox=${inbox} state=${state} now=${now} round=${round} onUse=${useCode} onIn=${signedIn} card=${card} onCard=${setCard} onBag=${() => go("bag")} onCheckout=${() => setSheet("checkout")} onHandoff=${() => setSheet("show-code")} onTakeOver=${() => setSheet("take-over")} />`}</main>
    <nav class="tabs" aria-label="Main">${TABS.map(([name, label, icon]) => html`<button type="button" key=${name} aria-current=${tab === name ? "page" : undefined} onClick=${() => go(name)}>
      <${Icon} name=${icon} />${label}${name === "you" && inbox.unread ? html`<span class="badge" aria-label=${`${inbox.unread} unread`}>${inbox.unread}</span>` : null}${name === "bag" && count ? html`<span class="badge" aria-label=${`${count} items`}>${count}</span>` : null}</button>`)}</nav>
    ${sheet === "checkout" ? html`<${CheckoutSheet} api=${api} cart=${cart} me=${me} onClose=${() => (setSheet(null), cart.refresh().catch(() => {}))} onPlaced=${(placed) => (report("placed", { number: placed.number }), setRound(round + 1))} />` : null}
    ${sheet === "show-code" ? html`<${ShowCodeSheet} api=${api} cart=${cart} title="Show this in the store" onClose=${() => setSheet(null)} onMade=${(made) => report("code", { code: made.code })}>Let an associate scan it, and your bag is on their tablet.<//>` : null}
    ${sheet === "take-over" ? html`<${TakeOverSheet} api=${api} title="Take over a bag" onClose=${() => setSheet(null)} onTaken=${taken}>Scan the code on the store’s tablet, or type it.<//>` : null}
    <${Toasts} toasts=${toasts} /></div>`;

  // A customer's own cart is ours already, and one of nobody went into it; a guest is given a token for the one.
  async function taken(answer) {
    if (answer.token) memory.write("cart-token", (guest = answer.token));
    setSheet(null);
    setTab("bag");
    if (!answer.token) cart.take(answer.cart);
    await cart.start();
    toasts.show("The bag is on this phone now");
  }
}

async function asHeroine() {
  const { customer } = await demoLogIns();
  stayStranger(false);
  await signIn(customer.email, customer.password);
}

async function enter() {
  try {
    if (!token && isStranger()) return null;
    if (!token) await asHeroine();
    return await whoAmI();
  } catch {
    return null; // a guest; “You” offers to sign in
  } finally {
    cart.start();
    report("ready");
  }
}

render(html`<${App} />`, document.getElementById("app"));
