// Goods given back at the counter: which order, what of it, why and in what state. The money is shown before it moves.
import { Icon } from "../parts/icons.js";
import { formatMoney, isZero } from "../parts/money.js";
import { ErrorNote, Note } from "../parts/notes.js";
import { Sheet } from "../parts/sheet.js";
import { QuantityStepper } from "../parts/stepper.js";
import { when } from "../parts/time.js";
import { html, useEffect, useState } from "../parts/ui.js";
import { useAnswer } from "./loyalty.js";
import { OrderRows, tenderName } from "./orders.js";
import { getOrder } from "./shop-api.js";
import { first } from "./tablet-find.js";

const REASONS = [["does_not_fit", "Does not fit"], ["changed_mind", "Changed their mind"], ["not_as_described", "Not as described"], ["damaged", "Came damaged"], ["wrong_item", "Wrong item"], ["other", "Other"]];
const CONDITIONS = [["as_new", "As new, back on the shelf"], ["damaged", "Damaged, kept apart"], ["write_off", "Written off"]];
const GIVEN_BACK = { refunded: "Given back", partly_refunded: "Partly given back" };
const HANDED_OVER = ["collected", "shipped", "delivered"];

/** Units of each line that the customer has and has not given back. */
export function returnable(order) {
  const handed = new Map();
  for (const part of order.fulfilments.filter((each) => HANDED_OVER.includes(each.status))) {
    for (const line of part.lines) handed.set(line.line_id, (handed.get(line.line_id) ?? 0) + line.quantity - line.cancelled_quantity);
  }
  return new Map(order.lines.map((line) => [line.id, Math.max(0, (handed.get(line.id) ?? 0) - line.returned_quantity)]));
}

/** What somebody bought lately, on any channel, each a touch away from being given back. */
export function BoughtCard({ api, customer, round, onReturn }) {
  const { data } = useAnswer(api, "/orders", { query: { customer: customer.id, limit: 3 }, round });
  if (!data?.items.length) return null;
  return html`<section class="card bought" aria-label="Bought"><h2>Bought</h2><ul>${data.items.map((row) => html`<li key=${row.id}><span class="grow"><b class="medium">${row.number}</b>
    <small class="muted">${when(row.placed_at)}, ${formatMoney(row.total)}${GIVEN_BACK[row.payment_status] ? `, ${GIVEN_BACK[row.payment_status].toLowerCase()}` : ""}</small></span>
    ${row.payment_status === "refunded" ? null : html`<button type="button" class="btn" aria-label=${`Return goods of ${row.number}`} onClick=${() => onReturn(row.id)}>Return</button>`}</li>`)}</ul></section>`;
}

function FindOrder({ api, customer, typed, onOpen }) {
  const [text, setText] = useState(typed ?? "");
  const [asked, setAsked] = useState(typed ?? null);
  const found = useAnswer(api, "/orders", { query: asked ? { q: asked, limit: 20 } : { customer: customer?.id, limit: 20 }, when: Boolean(asked || customer?.id) });
  const items = found.data?.items;
  const only = asked && items?.length === 1 ? items[0] : null; // opens by itself
  useEffect(() => void (only && onOpen(only.id)), [items]);
  const submit = (event) => (event.preventDefault(), setAsked(text.trim() || null));
  return html`<form class="row" role="search" onSubmit=${submit}><label class="input grow"><${Icon} name="receipt" /><input data-first type="search" aria-label="Receipt’s number or email" placeholder="Receipt’s number or email" autocomplete="off" value=${text} onInput=${(event) => setText(event.currentTarget.value)} /></label><button class="btn">Find</button></form>
    <${ErrorNote} error=${found.error} title="We could not look that up" onRetry=${found.retry} />
    ${only ? html`<i class="bone" style="height:56px"></i>` : items?.length ? html`${asked ? null : html`<h3 class="page-head">What ${first(customer.name)} bought</h3>`}<${OrderRows} orders=${items} say=${(row) => GIVEN_BACK[row.payment_status]} onOpen=${(row) => onOpen(row.id)} />`
      : items && asked ? html`<${Note} icon="search" title=${`No order for “${asked}”`}>The number stands on the receipt and in the confirmation. An email finds what was ordered under it.<//>`
      : html`<p class="soft">What was bought anywhere can be given back here.</p>`}`;
}

function Given({ line, most, given, onChange }) {
  const pick = (name, label, all) => html`<label class="field"><span class="label">${label}</span><span class="input"><select value=${given[name]} onChange=${(event) => onChange({ ...given, [name]: event.currentTarget.value })}>${all.map(([code, text]) => html`<option key=${code} value=${code}>${text}</option>`)}</select></span></label>`;
  const [name, options] = line.name.split(" · ");
  return html`<li data-line=${line.sku}><div class="row"><span class="grow"><b class="medium">${name}</b><small class="muted">${[options, most ? `${most} bought` : line.returned_quantity ? "Given back already" : "Not handed over yet"].filter(Boolean).join(", ")}</small></span>
      ${most ? html`<${QuantityStepper} value=${given.quantity} of=${name} max=${most} onChange=${(quantity) => onChange({ ...given, quantity })} />` : null}</div>
    ${given.quantity ? html`<div class="why-back">${pick("reason", "Why", REASONS)}${pick("condition", "How it looks", CONDITIONS)}</div>` : null}</li>`;
}

const UNTOUCHED = { quantity: 0, reason: "changed_mind", condition: "as_new" };

/**
 * From the receipt to the refund.
 * start  {order} an order's id, {typed} what was scanned, or nothing: then it is looked for.
 */
export function ReturnSheet({ api, customer, start = {}, onClose, onReturned }) {
  const [order, setOrder] = useState(null);
  const [given, setGiven] = useState({});
  const [preview, setPreview] = useState(null);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(null);
  const lines = Object.entries(given).filter(([, row]) => row.quantity).map(([line_id, row]) => ({ line_id, ...row }));
  const chosen = JSON.stringify(lines);

  const open = (id) => getOrder(api, id).then((found) => {
    const most = returnable(found);
    setOrder(found);
    setError(null);
    // One thing bought is the one that comes back.
    setGiven([...most.values()].reduce((sum, units) => sum + units, 0) === 1 ? Object.fromEntries([...most].filter(([, units]) => units).map(([id]) => [id, { ...UNTOUCHED, quantity: 1 }])) : {});
  }, setError);
  useEffect(() => void (start.order && open(start.order)), []);

  const look = () => {
    let live = true;
    setPreview(null);
    if (lines.length) {
      api.post(`/orders/${order.id}/returns/preview`, { lines }).then(({ data }) => live && (setPreview(data), setError(null)), (problem) => live && setError(problem));
    }
    return () => (live = false);
  };
  useEffect(look, [order?.id, chosen]);

  async function giveBack() {
    setBusy(true);
    setError(null);
    try {
      const { data } = await api.post(`/orders/${order.id}/returns`, { lines, expected_refund: preview.refund });
      const made = data.returns.reduce((last, row) => (row.at > last.at ? row : last));
      setDone({ made, refunds: preview.refunds });
      onReturned(data);
    } catch (problem) {
      look(); // what the money is now, beside why it did not move
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  const providers = new Map((order?.payments ?? []).map((row) => [row.id, row.provider]));
  const goesBack = (refunds) => html`<dl class="totals">${refunds.map((row) => html`<div key=${row.payment_id}><dt>${tenderName(providers.get(row.payment_id))}</dt><dd class="num">${formatMoney(row.amount)}</dd></div>`)}</dl>`;
  if (done) {
    const cash = done.refunds.find((row) => providers.get(row.payment_id) === "cash");
    return html`<${Sheet} key="done" place="mid" title=${cash ? `Give ${formatMoney(cash.amount)} back` : "Taken back"} onClose=${onClose} footer=${html`<button type="button" class="btn btn-primary btn-wide" data-first onClick=${onClose}>Done</button>`}>
      <${Note} tone="ok" icon="check" title=${`Return ${done.made.number} is recorded`}>Of order ${order.number}. What it had earned, and what came of it for a friend, is taken back as well.<//>
      ${done.refunds.length ? goesBack(done.refunds) : null}<//>`;
  }
  if (!order) {
    return html`<${Sheet} key="find" place="mid" title="Take goods back" onClose=${onClose}>${start.order ? html`${error ? null : html`<i class="bone" style="height:120px"></i>`}` : html`<${FindOrder} api=${api} customer=${customer} typed=${start.typed} onOpen=${open} />`}
      <${ErrorNote} error=${error} title="We could not open this order" /><//>`;
  }
  const most = returnable(order);
  const nothing = [...most.values()].every((units) => !units);
  return html`<${Sheet} key="choose" place="mid" title="What comes back?" onClose=${onClose} busy=${busy} footer=${nothing ? null : html`<button type="button" class="btn btn-primary btn-wide give-back" disabled=${busy || !preview} aria-busy=${busy} onClick=${giveBack}>${!lines.length ? "Choose what comes back" : !preview ? "Working it out" : isZero(preview.refund) ? "Take it back" : `Refund ${formatMoney(preview.refund)}`}</button>`}>
    <p class="muted">Order ${order.number}, ${when(order.placed_at)}${order.email ? `, ${order.email}` : ""}</p>
    ${nothing ? html`<${Note} icon="return" title="Nothing is left to give back">${order.returns.length ? "All of it was given back before." : "It is not handed over yet. Cancel it instead."}<//>` : null}
    <ul class="giving">${order.lines.map((line) => html`<${Given} key=${line.id} line=${line} most=${most.get(line.id)} given=${given[line.id] ?? UNTOUCHED} onChange=${(row) => setGiven({ ...given, [line.id]: row })} />`)}</ul>
    ${preview?.refunds.length ? html`<section aria-label="Goes back" role="status"><h3 class="page-head">Goes back, last paid first</h3>${goesBack(preview.refunds)}</section>` : null}
    <${ErrorNote} error=${error} title="Nothing was taken back" />
    ${start.order ? null : html`<button type="button" class="linkish" disabled=${busy} onClick=${() => setOrder(null)}>Another order</button>`}<//>`;
}
