// The store tablet: a device enrolled once by a code, opened by an associate's PIN, acting on a customer's cart.
import { anonymously, byDevice, readCookie } from "../parts/api.js";
import { CartLine, LineBones, changerOf } from "../parts/cart-line.js";
import { countItems, createCart, useCart } from "../parts/cart.js";
import { BrandMark, Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { EmptyState, ErrorNote, OfflineNote } from "../parts/notes.js";
import { Sheet } from "../parts/sheet.js";
import { Toasts, createToasts } from "../parts/toast.js";
import { rowsOf, sumLabel } from "../parts/totals.js";
import { html, render, useEffect, useRef, useState } from "../parts/ui.js";
import { phoneIsStranger } from "./app-account.js";
import { apiFor, brief, config, demoLogIns, liveUrl, memory, onRequest, report } from "./client.js";
import { CodeEntry } from "./code-entry.js";
import { ShowCodeSheet } from "./handoff.js";
import { ProductView } from "./shop.js";
import { codeIn, getStore, redeemHandoff } from "./shop-api.js";
import { useFacts } from "./facts-feed.js";
import { Lately } from "./lately.js";
import { useSuggestions } from "./suggestions.js";
import { CustomerCard, CustomerPanel, EnrolSheet, useCustomer } from "./tablet-customer.js";
import { FindBar, ScanSheet, cardIn, first, initials, orderIn } from "./tablet-find.js";
import { PaySheet } from "./tablet-pay.js";
import { PickupsCard, PickupsSheet, usePickups } from "./tablet-pickups.js";
import { ReturnSheet } from "./tablet-returns.js";
import { hereText, useStockHere, whatFell } from "./tablet-stock.js";

const WIDE = matchMedia("(min-width: 700px)");

// --- Who this is ---------------------------------------------------------------------------------
let device = memory.read("device"); // {token, store: {id, name, …}}
let session = memory.read("session"); // {token, associate: {id, name}}
let place = memory.read("place"); // code of the store it was taken to; null where the show begins

const credential = () => (device ? byDevice(device.token, session?.token) : anonymously());
const api = apiFor(credential, { onUnauthorised: () => (session = null) });
const toasts = createToasts();
const keep = (name, value) => (memory.write(name, value), value);

/** A tablet that nobody enrolled asks for a code; the demo hands one out, in a store staff make it in the admin. */
async function enrol() {
  const body = new URLSearchParams(place ? { place } : {});
  const answer = await fetch(config.deviceCodes, { method: "POST", headers: { "X-CSRFToken": readCookie("csrftoken") }, body });
  if (!answer.ok) throw new Error("The demo gave no enrolment code.");
  const { data } = await api.post("/devices/enrol", { code: (await answer.json()).code });
  device = keep("device", { token: data.device_token, store: data.device.store });
}

const listAssociates = async () => (await api.get("/associates")).data.items;

async function openSession(associate, pin) {
  const { data } = await api.post("/associate-sessions", { associate_id: associate.id, pin });
  session = keep("session", { token: data.session_token, associate: data.associate });
  return session.associate;
}

async function closeSession() {
  await api.delete("/associate-sessions/current").catch(() => {});
  session = keep("session", null);
}

async function signInForDemo() {
  const { tablet: usual, places } = await demoLogIns();
  const tablet = places[place] ?? usual;
  if (!device) await enrol();
  if (!session) {
    const all = await listAssociates();
    await openSession(all.find((row) => row.name === tablet.associate) ?? all[0], tablet.pin);
  }
  await api.get("/associates"); // answers 401 when the tokens we kept are of an earlier demo
  return session.associate;
}

function cartOf(id, onEnded) {
  return createCart({
    api,
    path: `/carts/${id}`,
    liveUrl: liveUrl(`?cart=${id}`),
    onChange: (event) => {
      report(event.type, brief(event));
      if (event.type === "ended") onEnded(event.last);
    },
  });
}

// --- Parts of the screen ---------------------------------------------------------------------------
function Serving({ customer, cart, associate, round, fallen, onPay, onSend, onOpen }) {
  const state = useCart(cart);
  const [wide, setWide] = useState(WIDE.matches);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const look = () => setWide(WIDE.matches);
    WIDE.addEventListener("change", look);
    const timer = setInterval(() => setNow(Date.now()), 20_000);
    return () => (WIDE.removeEventListener("change", look), clearInterval(timer));
  }, []);
  const basket = state.cart;
  const lines = basket?.lines ?? [];
  const here = useStockHere(api, device.store, lines.map((line) => line.sku), `${basket?.version} ${round}`);
  const goesWith = useSuggestions(api, lines, device.store.id);
  const change = changerOf(cart, toasts);
  const viewer = { kind: "associate", id: associate.id, customerName: customer.name };
  return html`<section class="card cart" aria-label="Cart">
    <header><h2>${first(customer.name)}’s cart</h2><span class="muted">${countItems(basket)} ${countItems(basket) === 1 ? "item" : "items"}</span>
      <span class="live"><span class=${`dot ${state.connection === "live" ? "" : "slow"}`}></span>${state.connection === "live" ? "Live with the phone" : "Following"}${basket ? html` <span class="muted">version ${basket.version}</span>` : null}</span></header>
    <div class="scroll">${state.phase === "loading" ? html`<${LineBones} />` : state.phase === "error" ? html`<${ErrorNote} error=${state.error} title="We could not load the cart" onRetry=${() => cart.refresh()} />`
      : !lines.length ? html`<${EmptyState} level=${3} icon="scan" title="Nothing in the cart">Scan an item, or type its name above.<//>
        ${fallen.length ? html`<section class="fell" role="status"><h2>Stock fell here</h2><ul>${fallen.map((row) => html`<li key=${row.sku}><img class="pic" src=${row.image} alt="" width="32" height="40" /><b class="grow medium clip">${row.name}</b><span class="num">${row.left} left <span class="muted">was ${row.was}</span></span></li>`)}</ul></section>` : null}`
      : html`<ul class="lines">${lines.map((line) => html`<${CartLine} key=${line.id} line=${line} width=${wide ? "wide" : "narrow"} viewer=${viewer} fresh=${state.fresh.has(line.id)} now=${now} where=${hereText(here[line.sku])} onQuantity=${change} />`)}</ul><div class="till-codes"><${CodeEntry} cart=${cart} codes=${basket.codes ?? []} label="Add a code, or a friend’s code" /></div>`}
      ${goesWith.length ? html`<section class="more"><h2>Goes with the cart, in stock here</h2><div class="tiles">${goesWith.slice(0, 3).map((row) => html`<button type="button" key=${row.card.id} class="tile" onClick=${() => onOpen(row.card.slug)}>
        <img class="pic" src=${row.card.image_url} alt="" width="56" height="70" /><span class="grow"><b>${row.card.name}</b><small>${formatMoney(row.card.price)}, <span class="muted">${row.here} here</span></small></span></button>`)}</div></section>` : null}</div>
    <footer class="pay">${basket && lines.length ? html`<div class="sums">${rowsOf(basket.totals, basket.codes).map((row) => html`<span key=${row.label}>${row.label}<b class=${row.less ? "ok" : ""}>${formatMoney(row.amount)}</b></span>`)}</div>
        <p class="total"><span>To pay, ${sumLabel(basket.totals).toLowerCase()}</span><b class="num">${formatMoney(basket.totals.total)}</b></p>` : html`<p class="total"></p>`}
      <div class="acts"><button type="button" class="btn send" disabled=${!basket} onClick=${onSend}><${Icon} name="qr" /><span class="tight">Send to phone</span></button>
        <button type="button" class="btn btn-primary take-payment" disabled=${!lines.length} onClick=${onPay}>Take payment<${Icon} name="arrow" /></button></div></footer></section>`;
}

function PinPad({ onOpen }) {
  const [all, setAll] = useState([]);
  const [chosen, setChosen] = useState(null);
  const [pin, setPin] = useState("");
  const [error, setError] = useState(null);
  useEffect(() => void listAssociates().then(setAll, setError), []);
  const enter = async (event) => {
    event?.preventDefault();
    setError(null);
    try {
      onOpen(await openSession(chosen, pin));
    } catch (problem) {
      setError(problem);
      setPin("");
    }
  };
  return html`<main class="pin-screen"><span class="mark"><${BrandMark} size=${44} /></span><h1>${chosen ? `Hello, ${first(chosen.name)}` : "Who is serving?"}</h1>
    ${chosen ? html`<form onSubmit=${enter}><label class="field"><span class="label">PIN</span><span class="input"><input data-first type="password" inputmode="numeric" autocomplete="off" maxlength="8" value=${pin} onInput=${(event) => setPin(event.currentTarget.value.replace(/\D/g, ""))} /></span></label>
        <${ErrorNote} error=${error} title="That is not the PIN" /><div class="row"><button type="button" class="btn" onClick=${() => (setChosen(null), setError(null))}>Someone else</button><button class="btn btn-primary grow" disabled=${pin.length < 4}>Open the tablet</button></div></form>`
      : html`<ul class="choices">${all.map((row) => html`<li key=${row.id}><button type="button" class="choice" onClick=${() => setChosen(row)}><span class="avatar">${initials(row.name)}</span><b class="medium">${row.name}</b></button></li>`)}</ul><${ErrorNote} error=${error} title="We could not list who works here" />`}</main>`;
}

// --- The application -------------------------------------------------------------------------------
function App() {
  const [associate, setAssociate] = useState(null);
  const [phase, setPhase] = useState("starting");
  const [error, setError] = useState(null);
  const [customer, setCustomer] = useState(null);
  const [cart, setCart] = useState(null);
  const [sheet, setSheet] = useState(null);
  const [product, setProduct] = useState(null);
  const [returning, setReturning] = useState({}); // what goods are brought back of
  const [scanError, setScanError] = useState(null);
  const [round, setRound] = useState(0);
  const current = useRef({});
  const paying = useRef(false);
  const [fallen, setFallen] = useState([]);
  const state = useCart(cart);
  const [zone, setZone] = useState(null);
  useEffect(() => void (phase === "open" && getStore(api, device.store.id).then((found) => setZone(found.time_zone), () => {})), [phase]);
  const pickups = usePickups(api, phase === "open" ? device?.store.id : null, round);
  const known = useCustomer(api, phase === "open" ? customer : null, `${state?.cart?.version} ${round}`, round);
  current.current = { cart, customer };
  paying.current = sheet === "pay";
  useFacts(api, phase === "open", `${state?.cart?.version} ${round}`, (facts) => report("facts", { facts }), { associate, customer });

  useEffect(() => {
    start();
    onRequest(async ({ do: what, sku, code, to }) => {
      const { cart: open, customer: whom } = current.current;
      if (what === "start-again") {
        setSheet(null);
        setProduct(null);
        if (place) await moveTo(null);
        else if (whom?.id) await serve(whom);
        else await greetHeroine();
        if (sku && current.current.cart) await current.current.cart.add(sku);
        report("started");
      }
      if (what === "hand-off") setSheet("send");
      if (what === "take-over" && code) await useCode(code);
      if (what === "be-new") {
        letGo();
        report("started");
      }
      if (what === "walk-in") (letGo(), await serveWalkIn());
      if (what === "move") {
        await moveTo(to);
        report("started");
      }
      if (what === "state") report("state", { cart: open?.state.cart ?? null });
    });
  }, []);

  async function start({ greet = !place && !phoneIsStranger() } = {}) {
    setError(null);
    try {
      setAssociate(await signInForDemo());
      setPhase("open");
      if (greet) await greetHeroine();
    } catch (problem) {
      if (problem.status === 401 && device) {
        // The tokens we kept are of another database: begin as a new tablet.
        device = keep("device", null);
        session = keep("session", null);
        return start({ greet });
      }
      setError(problem);
      setPhase(device && !session ? "locked" : "failed");
    } finally {
      report("ready");
    }
  }

  /** Nobody is served any more. */
  function letGo() {
    current.current.cart?.stop();
    current.current = {};
    setSheet(null);
    setProduct(null);
    setFallen([]);
    setCart(null);
    setCustomer(null);
  }

  /** To another store: a device belongs to one, so it is enrolled there anew, and who works there opens it. */
  async function moveTo(code) {
    letGo();
    place = keep("place", code);
    if (session) await closeSession();
    device = keep("device", null);
    setPhase("starting");
    await start({ greet: !code });
  }

  async function greetHeroine() {
    const { customer: heroine } = await demoLogIns();
    const { data } = await api.get("/customers", { query: { q: heroine.email } });
    const found = data.items.find((row) => row.email === heroine.email);
    if (found) await serve(found);
  }

  /** Open the customer's one cart, wherever it was begun. What a walk-in has in the cart is theirs, once we know who it is. */
  async function serve(person) {
    const { cart: open, customer: whom } = current.current;
    const walkIn = whom && !whom.id && open?.state.cart?.lines.length ? open : null;
    if (!walkIn) return void show(person, (await api.get(`/customers/${person.id}/cart`)).data);
    walkIn.stop(); // it ends by this, and nobody has paid
    const { data } = await api.post(`${walkIn.path}/customer`, { customer_id: person.id });
    show(person, data.cart);
    toasts.show(`The cart is ${first(person.name)}’s now`, { undo: () => api.post(`/carts/${data.cart.id}/merges/${data.id}/undo`).then(() => current.current.cart.refresh()) });
    return undefined;
  }

  function show(person, document) {
    current.current.cart?.stop();
    const next = cartOf(document.id, (last) => whenEnded(person, last));
    next.start();
    current.current = { cart: next, customer: person };
    setCustomer(person);
    setCart(next);
  }

  /** Paid somewhere else while we looked at it: say so, and go on with a fresh cart. */
  async function whenEnded(person, last) {
    if (current.current.customer !== person) return;
    setRound((n) => n + 1);
    whatFell(api, device.store, last.lines).then(setFallen, () => {});
    if (paying.current) return;
    toasts.show(`${first(person.name)} has placed the order`);
    if (person.id) await serve(person);
    else setCustomer(null);
  }

  async function serveWalkIn() {
    const { data } = await api.post("/carts");
    show({ id: null, name: "Walk-in customer" }, data.cart ?? data);
  }

  async function useCode(text) {
    setScanError(null);
    if (orderIn(text)) return takeBack({ typed: orderIn(text) });
    try {
      if (/^\d{8,14}$/.test(text.trim())) {
        if (!current.current.cart) await serveWalkIn();
        await current.current.cart.scan(text.trim());
      } else if (cardIn(text)) {
        const { data } = await api.get(`/loyalty/members/by-card/${encodeURIComponent(cardIn(text))}`);
        await serve(data.customer);
        toasts.show(`${data.customer.name} is here`);
      } else {
        const answer = await redeemHandoff(api, codeIn(text));
        const document = answer.cart;
        show(document.customer ? { ...document.customer } : { id: null, name: "Guest" }, document);
        toasts.show(document.customer ? `${first(document.customer.name)}’s cart is here` : "The guest’s cart is here");
      }
      setSheet(null);
    } catch (problem) {
      if (sheet === "scan") setScanError(problem);
      else toasts.show(problem.message, { icon: "alert" });
    }
    return undefined;
  }

  const takeBack = (start) => (setReturning(start), setSheet("return"));

  /** Whose goods came back stands here from then on, unless somebody else does. */
  async function returned(order) {
    setRound((n) => n + 1);
    if (!customer && order.customer_id) await serve((await api.get(`/customers/${order.customer_id}`)).data).catch((problem) => toasts.show(problem.message, { icon: "alert" }));
  }

  const putCode = async (code) => {
    setSheet(null);
    await current.current.cart.addCode(code).then(() => toasts.show(`${code} is in the cart`), (problem) => toasts.show(problem.message, { icon: "alert" }));
  };
  const enrolled = async (person, answer) => {
    setSheet(null);
    if (customer?.id !== person.id) await serve(person).catch((problem) => toasts.show(problem.message, { icon: "alert" }));
    toasts.show(answer.is_new ? `${first(person.name)} is a member${answer.bonus_points ? `, with ${answer.bonus_points} points` : ""}` : `${first(person.name)} was a member already`);
    setRound((n) => n + 1);
  };
  const panel = customer && cart ? html`<${CustomerPanel} api=${api} customer=${customer} known=${known} canUse=${Boolean(state?.cart?.lines.length)} onUse=${() => setSheet("pay")} onEnrol=${() => setSheet("enrol")} onCode=${putCode} round=${round} onReturn=${(order) => takeBack({ order })} />` : null;

  const add = async (variant, found) => {
    try {
      if (!cart) await serveWalkIn();
      await current.current.cart.add(variant.sku);
      setProduct(null);
      toasts.show(`${found.name} is in the cart`);
    } catch (problem) {
      toasts.show(problem.message, { icon: "alert" });
    }
  };

  if (phase === "starting") return html`<main class="pin-screen"><span class="mark"><${BrandMark} size=${44} /></span><p class="muted" role="status">Opening the tablet</p></main>`;
  if (phase === "failed") return html`<main class="pin-screen"><${ErrorNote} error=${error} title="This tablet could not start" onRetry=${() => start()} /></main>`;
  if (phase === "locked") return html`<${PinPad} onOpen=${(who) => (setAssociate(who), setPhase("open"), customer ? null : greetHeroine())} />`;
  return html`<div class="tablet-app">
    <${FindBar} api=${api} store=${device.store} associate=${associate} waiting=${pickups.waiting} onPickups=${() => setSheet("pickups")} onLock=${async () => (await closeSession(), setPhase("locked"))} onScan=${() => (setScanError(null), setSheet("scan"))} onCode=${useCode} onCustomer=${(person) => serve(person).catch((problem) => toasts.show(problem.message, { icon: "alert" }))} onProduct=${(card) => setProduct(card.slug)} />
    <${OfflineNote} connection=${state?.connection} />
    <main class="stage" aria-label="Serving">${customer && cart ? html`<div class="known"><${CustomerCard} customer=${customer} known=${known} onMore=${() => setSheet("customer")} onEnrol=${() => setSheet("enrol")} version=${state?.cart?.version} connection=${state?.connection} onClose=${letGo} />
          <div class="panel">${panel}</div><${Lately} api=${api} customer=${customer} people=${{ [associate.id]: associate.name, [customer.id]: customer.name }} change=${`${state?.cart?.version} ${round}`} /><${PickupsCard} timeZone=${zone} pickups=${pickups} onOpen=${() => setSheet("pickups")} /></div>
        <${Serving} key=${cart.path} customer=${customer} cart=${cart} associate=${associate} round=${round} fallen=${fallen} onPay=${() => setSheet("pay")} onSend=${() => setSheet("send")} onOpen=${setProduct} />`
      : html`<section class="card nobody"><${EmptyState} icon="user" title="Nobody is being served" action="Serve a walk-in customer" onAction=${serveWalkIn}>Type a name above, or scan a membership card or the code on a phone.<//><button type="button" class="btn btn-quiet" onClick=${() => takeBack({})}><${Icon} name="return" />Take goods back</button></section>`}</main>
    ${product ? html`<${Sheet} place="mid" title="Add to the cart" onClose=${() => setProduct(null)}><${ProductView} api=${api} slug=${product} version=${state?.cart?.version} onAdd=${add} onOpen=${(card) => setProduct(card.slug)} /><//>` : null}
    ${sheet === "scan" ? html`<${ScanSheet} onClose=${() => setSheet(null)} onCode=${useCode} error=${scanError} />` : null}
    ${sheet === "send" && cart ? html`<${ShowCodeSheet} place="mid" api=${api} cart=${cart} title="Send to the phone" onClose=${() => setSheet(null)} onMade=${(made) => report("code", { code: made.code })}>The customer scans this with their phone, and the cart is theirs to finish at home.<//>` : null}
    ${sheet === "customer" && customer ? html`<${Sheet} place="mid" title=${customer.name} onClose=${() => setSheet(null)}><div class="panel-sheet">${panel}</div><//>` : null}
    ${sheet === "enrol" && customer ? html`<${EnrolSheet} api=${api} customer=${customer} onClose=${() => setSheet(null)} onEnrolled=${enrolled} />` : null}
    ${sheet === "pay" && cart ? html`<${PaySheet} api=${api} cart=${cart} store=${device.store} customer=${customer} loyalty=${known.loyalty.data} onClose=${() => setSheet(null)} onDone=${async () => (setSheet(null), customer.id ? await serve(customer) : (setCart(null), setCustomer(null)))} onPlaced=${(order) => (setRound((n) => n + 1), report("placed", { number: order.number }))} />` : null}
    ${sheet === "return" ? html`<${ReturnSheet} api=${api} customer=${customer} start=${returning} onClose=${() => setSheet(null)} onReturned=${returned} />` : null}
    ${sheet === "pickups" ? html`<${PickupsSheet} api=${api} timeZone=${zone} pickups=${pickups} onClose=${() => setSheet(null)} onMoved=${() => setRound((n) => n + 1)} />` : null}
    <${Toasts} toasts=${toasts} /></div>`;
}

render(html`<${App} />`, document.getElementById("app"));
