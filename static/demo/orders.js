// Orders as their owner sees them: where each part is, in words.
import { Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { EmptyState, ErrorNote } from "../parts/notes.js";
import { promise, when } from "../parts/time.js";
import { Totals } from "../parts/totals.js";
import { cls, html, useEffect, useState } from "../parts/ui.js";
import { getOrder, getStore, listOrders } from "./shop-api.js";

const POLL_MS = 3_000;

const STEPS = {
  pickup: [["placed", "Order received"], ["accepted", "The store has seen it"], ["picking", "Being picked"], ["ready", "Ready to collect"], ["collected", "Collected"]],
  ship: [["placed", "Order received"], ["picking", "Being packed"], ["shipped", "On its way"], ["delivered", "Delivered"]],
  carry_out: [["placed", "Paid at the till"], ["collected", "Taken home"]],
};
const ENDED = { cancelled: "Cancelled", rejected: "The store could not fulfil it", expired: "Not collected in time" };

/** One short sentence about the state of an order, for lists. */
export function stateOf(order) {
  const part = order.fulfilments?.[0];
  if (order.status === "cancelled") return { text: "Cancelled", tone: "" };
  if (order.status === "placed" && order.payment_status === "unpaid") return { text: "Waiting for payment", tone: "warn" };
  if (!part) return { completed: { text: "Done", tone: "ok" }, confirmed: { text: "Paid", tone: "accent" } }[order.status] ?? { text: "Received", tone: "accent" };
  if (ENDED[part.status]) return { text: ENDED[part.status], tone: "" };
  const step = STEPS[part.kind]?.find(([code]) => code === part.status);
  return { text: step?.[1] ?? part.status, tone: ["ready", "collected", "delivered"].includes(part.status) ? "ok" : "accent" };
}

function Progress({ part }) {
  if (ENDED[part.status]) return html`<p class="soft">${ENDED[part.status]}</p>`;
  const steps = STEPS[part.kind] ?? [];
  const now = steps.findIndex(([code]) => code === part.status);
  return html`<ol class="progress" aria-label="Progress">${steps.map(([code, text], index) => html`<li key=${code} class=${cls({ done: index <= now, now: index === now })} aria-current=${index === now ? "step" : undefined}>
    <span class="mark">${index <= now ? html`<${Icon} name="check" />` : null}</span><span>${text}</span></li>`)}</ol>`;
}

function Part({ api, part }) {
  const [store, setStore] = useState(null);
  useEffect(() => {
    let live = true;
    if (part.store_id && part.kind !== "ship") getStore(api, part.store_id).then((found) => live && setStore(found), () => {});
    return () => (live = false);
  }, [part.store_id]);
  const where = { pickup: `Pick up at ${store?.name ?? "the store"}`, ship: "To your door", carry_out: `Bought at ${store?.name ?? "the till"}` }[part.kind];
  return html`<section class="part"><h3><${Icon} name=${{ pickup: "store", ship: "truck", carry_out: "bag" }[part.kind]} />${where}</h3>
    ${part.promised_at && part.kind === "pickup" && !["collected", "ready"].includes(part.status) ? html`<p class="soft">Ready ${promise(part.promised_at, store?.time_zone)}</p>` : null}
    ${part.pickup_code ? html`<p>Say or show <b class="num code">${part.pickup_code}</b> at the counter.</p>` : null}
    ${part.tracking_number ? html`<p class="soft">${part.carrier} ${part.tracking_url ? html`<a href=${part.tracking_url}>${part.tracking_number}</a>` : part.tracking_number}</p>` : null}
    <${Progress} part=${part} /></section>`;
}

export function OrderDetails({ api, order }) {
  return html`<div class="order"><p class="muted">${order.number}, ${when(order.placed_at)}</p>
    ${(order.fulfilments ?? []).map((part) => html`<${Part} key=${part.id} api=${api} part=${part} />`)}
    <ul class="order-lines">${order.lines.map((line) => html`<li key=${line.id}><span class="num muted">${line.quantity} ×</span>
      <span class="grow"><b class="medium">${line.name.split(" · ")[0]}</b><small class="muted">${line.name.split(" · ")[1] ?? ""}</small></span><span class="num">${formatMoney(line.total)}</span></li>`)}</ul>
    <${Paid} order=${order} />
    <${Totals} totals=${order.totals} codes=${[]} /></div>`;
}

const PAYMENT = { authorised: "reserved", captured: "paid", pending: "waiting for the bank", unknown: "waiting for the bank", failed: "did not go through", voided: "given back" };
const PROVIDERS = { cash: "Cash", terminal: "Card terminal", sandbox: "Card", stripe: "Card", points: "Points", store_credit: "Store credit", recorded: "Paid elsewhere" };

/** A way of paying, in words. */
export const tenderName = (provider) => PROVIDERS[provider] ?? provider;

function Paid({ order }) {
  if (!order.payments?.length) return null;
  return html`<ul class="paid">${order.payments.map((row) => html`<li key=${row.id} class=${row.state === "failed" ? "danger" : "soft"}><span class="grow">${tenderName(row.provider)}, ${PAYMENT[row.state] ?? row.state}${row.failure_message ? html`<small>${row.failure_message}</small>` : ""}</span><span class="num">${formatMoney(row.amount)}</span></li>`)}</ul>`;
}

/** An order that keeps itself up to date while it is looked at. */
export function OrderView({ api, id, first }) {
  const [order, setOrder] = useState(first ?? null);
  const [error, setError] = useState(null);
  useEffect(() => {
    let live = true;
    const look = () => getOrder(api, id).then((found) => live && (setOrder(found), setError(null)), (problem) => live && setError(problem));
    look();
    const timer = setInterval(look, POLL_MS);
    return () => ((live = false), clearInterval(timer));
  }, [api, id]);
  if (!order) return error ? html`<${ErrorNote} error=${error} title="We could not open this order" />` : html`<i class="bone" style="height:120px"></i>`;
  return html`<${OrderDetails} api=${api} order=${order} />`;
}

/** `say`: another word for the state of an order, where there is one. */
export function OrderRows({ orders, onOpen, say = () => null }) {
  return html`<ul class="order-list">${orders.map((order) => {
    const words = say(order);
    const state = words ? { text: words, tone: "" } : stateOf(order);
    return html`<li key=${order.id}><button type="button" onClick=${() => onOpen(order)}>
      <span class="grow"><b>${order.number}</b><small class="muted">${when(order.placed_at)}, ${formatMoney(order.total)}</small></span>
      <span class=${`tag ${state.tone ? `tag-${state.tone}` : ""}`}>${state.text}</span><${Icon} name="right" /></button></li>`;
  })}</ul>`;
}

export function OrderList({ api, onOpen, onShop, round }) {
  const [orders, setOrders] = useState(null);
  const [error, setError] = useState(null);
  useEffect(() => {
    let live = true;
    const look = () => listOrders(api).then((found) => live && (setOrders(found), setError(null)), (problem) => live && setError(problem));
    look();
    const timer = setInterval(look, 2 * POLL_MS);
    return () => ((live = false), clearInterval(timer));
  }, [api, round]);
  if (error && !orders) return html`<${ErrorNote} error=${error} title="We could not load your orders" />`;
  if (!orders) return html`<i class="bone" style="height:64px;margin:16px"></i>`;
  if (!orders.length) return html`<${EmptyState} icon="box" title="No orders yet" action="Look around" onAction=${onShop}>What you buy on any channel shows here, and where it is.<//>`;
  return html`<${OrderRows} orders=${orders} onOpen=${onOpen} />`;
}
