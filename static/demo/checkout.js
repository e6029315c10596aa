// Check-out for customers: how it reaches them, what it comes to, how they pay. One screen, one button.
import { useAttempt } from "../parts/attempt.js";
import { Icon } from "../parts/icons.js";
import { formatCount, formatMoney, isZero } from "../parts/money.js";
import { ErrorNote, FieldError, Note } from "../parts/notes.js";
import { Sheet } from "../parts/sheet.js";
import { clockTime, promise } from "../parts/time.js";
import { Totals } from "../parts/totals.js";
import { useCart } from "../parts/cart.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { config } from "./client.js";
import { useLoyalty } from "./loyalty.js";
import { OrderView } from "./orders.js";
import { SANDBOX_CARDS, cardToken, checkOut, getOrder, listAvailability, listShippingMethods, payOrder } from "./shop-api.js";
import { Tenders, useTenders } from "./tenders.js";

const ADDRESS = [
  ["name", "Name", "name"],
  ["line1", "Street and number", "address-line1"],
  ["city", "City", "address-level2"],
  ["region", "State", "address-level1"],
  ["postal_code", "ZIP code", "postal-code"],
];

const days = ({ min_days: least, max_days: most }) => (most ? `${least === most ? most : `${least} to ${most}`} days` : null);

function Choice({ checked, onPick, icon, title, detail, side, disabled }) {
  return html`<button type="button" role="radio" aria-checked=${checked} class="choice" disabled=${disabled} onClick=${onPick}>
    <${Icon} name=${icon} /><span class="grow"><b class="medium">${title}</b>${detail ? html`<small class="muted">${detail}</small>` : null}</span>${side ? html`<span class="num soft">${side}</span>` : null}</button>`;
}

/** Stores that have every line, nearest first; the others say what they lack. */
function StorePicker({ api, cart, chosen, onPick, disabled }) {
  const [stores, setStores] = useState(null);
  const [error, setError] = useState(null);
  const skus = cart.lines.map((line) => line.sku);
  useEffect(() => {
    let live = true;
    listAvailability(api, { skus, near: config.near, limit: 12 }).then((all) => live && setStores(all), (problem) => live && setError(problem));
    return () => (live = false);
  }, [skus.join()]);
  if (error) return html`<${ErrorNote} error=${error} title="We could not ask the stores" />`;
  if (!stores) return html`<i class="bone" style="height:56px"></i><i class="bone" style="height:56px"></i>`;
  const rows = stores.filter((row) => row.pickup_enabled && row.kind !== "warehouse").map((row) => {
    const has = (line) => (row.lines.find((entry) => entry.sku === line.sku)?.available ?? 0) >= line.quantity;
    return { ...row, missing: cart.lines.filter((line) => !has(line)).length };
  });
  rows.sort((a, b) => Boolean(a.missing) - Boolean(b.missing));
  const none = rows.length > 0 && rows.every((row) => row.missing);
  return html`${none ? html`<${Note} icon="store" title="No store has all of it today">Have it sent instead, or take something out of your bag.<//>` : null}<div role="radiogroup" aria-label="Store" class="choices">${rows.slice(0, 4).map((row) => html`<${Choice} key=${row.id} icon="store" checked=${chosen === row.id} disabled=${disabled || row.missing > 0}
    onPick=${() => onPick(row)} title=${row.name}
    detail=${row.missing ? `${row.missing} of ${cart.lines.length} not here` : row.pickup_promise_at ? `Ready ${promise(row.pickup_promise_at, row.time_zone)}` : "All here"}
    side=${row.distance_km === null || row.distance_km === undefined ? null : `${row.distance_km < 10 ? row.distance_km.toFixed(1) : Math.round(row.distance_km)} km`} />`)}</div>`;
}

function Shipping({ api, cart, basket, address, setAddress, onMethod, busy }) {
  const [methods, setMethods] = useState([]);
  const ready = ADDRESS.every(([name]) => address[name]?.trim());
  const method = basket.fulfilment?.shipping_method;
  const sent = basket.fulfilment?.kind === "ship" && basket.fulfilment?.ship_to?.line1;
  const differs = ADDRESS.some(([name]) => (address[name] ?? "") !== (basket.fulfilment?.ship_to?.[name] ?? ""));
  useEffect(() => {
    let live = true;
    const show = (all) => {
      if (!live) return;
      setMethods(all);
      // The cheapest is taken until another is chosen.
      if (!method && all.length) onMethod(all[0].code);
    };
    if (sent) listShippingMethods(api, cart.path).then(show, () => live && setMethods([]));
    return () => (live = false);
  }, [Boolean(sent), basket.version]);
  return html`<div class="address">${ADDRESS.map(([name, label, fill]) => html`<label key=${name} class=${`field at-${name}`}><span class="label">${label}</span>
      <span class="input"><input value=${address[name] ?? ""} autocomplete=${fill} onInput=${(event) => setAddress({ ...address, [name]: event.currentTarget.value })} /></span></label>`)}</div>
    ${sent && !differs ? html`<div role="radiogroup" aria-label="How fast" class="choices">${methods.map((row) => html`<${Choice} key=${row.code} icon="truck" checked=${method === row.code} disabled=${busy}
      title=${row.name} detail=${days(row)} side=${isZero(row.amount) ? "free" : formatMoney(row.amount)} onPick=${() => onMethod(row.code)} />`)}</div>`
    : html`<button type="button" class="btn btn-tonal" disabled=${!ready || busy} onClick=${() => onMethod(null)}>Use this address</button>`}`;
}

function Cards({ chosen, onPick }) {
  return html`<div role="radiogroup" aria-label="Pay with" class="choices">${SANDBOX_CARDS.map((row) => html`<${Choice} key=${row.name} icon="card" checked=${chosen === row.name} title=${row.title} detail=${row.detail} onPick=${() => onPick(row.name)} />`)}</div>`;
}

const isDeclined = (order) => order.totals.open.amount_minor > 0 && order.payments.length > 0 && order.payments.every((row) => row.state === "failed");

/** `kind`: how it reaches them until they decide. */
export function CheckoutSheet({ api, cart, me, onClose, onPlaced, place, kind: usual = "pickup" }) {
  const state = useCart(cart);
  const [kind, setKind] = useState(null);
  const [address, setAddress] = useState(me?.address ?? { name: me?.name ?? "" });
  const [card, setCard] = useState(SANDBOX_CARDS[0].name);
  const { attempt, busy, error } = useAttempt();
  const [changed, setChanged] = useState(null);
  const [order, setOrder] = useState(null);
  const placing = useRef(null);
  const [email, setEmail] = useState(me?.email ?? "");
  const loyalty = useLoyalty(api, { who: me?.id });
  const tenders = useTenders({ api, cart, basket: state?.cart, owner: Boolean(me), loyalty: loyalty.data });
  // A cart says "ship" until somebody decides; picking up is what most here want.
  const decided = state?.cart?.fulfilment;
  const chosen = kind ?? (decided?.kind === "ship" && decided.ship_to ? "ship" : usual);

  const pickUp = (store) => attempt(() => cart.setFulfilment({ kind: "pickup", store_id: store.id }));
  const ship = (method) => attempt(() => cart.setFulfilment({ kind: "ship", ship_to: { ...address, country: "US" }, ...(method ? { shipping_method: method } : {}) }));

  const placeOrder = () => attempt(async () => {
    const total = state.cart.totals.total;
    // The live stream may say that the cart is gone before our own answer is here: keep what was on the screen.
    placing.current = state.cart;
    try {
      const { data } = await checkOut(api, cart.path, {
        expected_total: total,
        ...(me ? {} : { email }),
        payments: [...tenders.payments, ...(tenders.left.amount_minor ? [{ provider: "sandbox", method: { token: cardToken(card, me?.email ?? email) } }] : [])],
      });
      setOrder(data.order ?? data);
      onPlaced(data.order ?? data);
    } catch (problem) {
      if (problem.status !== 409) throw problem;
      await cart.refresh();
      setChanged(total);
    } finally {
      placing.current = null;
    }
  });

  const payAgain = () => attempt(async () => {
    await payOrder(api, order.id, { provider: "sandbox", method: { token: cardToken(card, me?.email ?? email) } });
    setOrder(await getOrder(api, order.id));
  });

  if (order && isDeclined(order)) {
    return html`<${Sheet} key="unpaid" title="Not paid yet" onClose=${onClose} place=${place} busy=${busy} footer=${html`<button type="button" class="btn btn-primary btn-wide pay-again" disabled=${busy} aria-busy=${busy} onClick=${payAgain}>Pay ${formatMoney(order.totals.open)}</button>`}>
      <${Note} tone="warn" icon="card" title="The card was declined">Order ${order.number} keeps your items${order.pay_until ? ` until ${clockTime(order.pay_until)}` : ""}. Try another card.<//>
      <${Cards} chosen=${card} onPick=${setCard} /><${ErrorNote} error=${error} title="Nothing was paid" /><//>`;
  }
  if (order) {
    return html`<${Sheet} key="placed" title="Thank you" onClose=${onClose} place=${place} footer=${html`<button type="button" class="btn btn-tonal btn-wide" onClick=${onClose}>Back to the shop</button>`}>
      <${Note} tone="ok" icon="check" title=${`Order ${order.number} is placed`}>We write to ${order.email || email || "you"} when something happens.<//>
      <${OrderView} api=${api} id=${order.id} first=${order} /><//>`;
  }
  const basket = state?.cart ?? placing.current;
  if (!basket?.lines.length) {
    return html`<${Sheet} title="Check out" onClose=${onClose} place=${place}><${Note} icon="bag" title="Your bag is empty now">Someone may have paid for it on another device.<//><//>`;
  }
  const left = tenders.left ?? basket.totals.total;
  const settled = basket.fulfilment?.kind === chosen && (chosen === "pickup" ? basket.fulfilment.store_id : basket.fulfilment.ship_to?.line1) && !basket.needed?.length;
  return html`<${Sheet} title="Check out" onClose=${onClose} place=${place} busy=${busy} footer=${html`
      <button type="button" class="btn btn-primary btn-wide place-order" disabled=${!settled || busy || tenders.busy || (!me && !email)} aria-busy=${busy} onClick=${placeOrder}>
        ${settled ? (isZero(left) ? "Place order" : `Pay ${formatMoney(left)} and place order`) : chosen === "pickup" ? "Choose a store" : "Choose how it is sent"}</button>`}>
    <div role="radiogroup" aria-label="How would you like to get it?" class="kinds">
      <${Choice} icon="store" title="Pick up" detail="Free, often today" checked=${chosen === "pickup"} onPick=${() => setKind("pickup")} />
      <${Choice} icon="truck" title="Ship" detail="To your door" checked=${chosen === "ship"} onPick=${() => setKind("ship")} /></div>
    ${chosen === "pickup"
      ? html`<${StorePicker} api=${api} cart=${basket} chosen=${basket.fulfilment?.kind === "pickup" ? basket.fulfilment.store_id : null} onPick=${pickUp} disabled=${busy} />`
      : html`<${Shipping} api=${api} cart=${cart} basket=${basket} address=${address} setAddress=${setAddress} onMethod=${ship} busy=${busy} />`}
    ${me ? null : html`<label class="field"><span class="label">Email for the receipt</span><span class="input"><input type="email" autocomplete="email" value=${email} onInput=${(event) => setEmail(event.currentTarget.value)} /></span>
      <${FieldError}>${error?.fieldError?.("/email")}<//></label>`}
    <${Tenders} tenders=${tenders} />
    ${isZero(left) ? null : html`<${Cards} chosen=${card} onPick=${setCard} />`}
    ${changed ? html`<${Note} tone="accent" icon="sync" title=${`It is ${formatMoney(basket.totals.total)} now`}>It was ${formatMoney(changed)} a moment ago. Nothing was paid.<//>` : null}
    <${ErrorNote} error=${error} title="The order is not placed" />
    <${Totals} totals=${basket.totals} codes=${basket.codes} label=${tenders.payments.length ? "Total" : "To pay"} />
    ${tenders.payments.length ? html`<dl class="totals">${tenders.payments.map((row) => html`<div key=${row.provider} class="less"><dt>${row.provider === "points" ? `${formatCount(row.method.points)} points` : "Store credit"}</dt><dd>−${formatMoney({ ...left, amount_minor: row.amount_minor })}</dd></div>`)}<div class="sum"><dt>Left to pay</dt><dd>${formatMoney(left)}</dd></div></dl>` : null}<//>`;
}
