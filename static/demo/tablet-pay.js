// Taking payment in the store: cash, the shop's own card terminal (recorded), or a card through the gateway.
import { useCart } from "../parts/cart.js";
import { Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { ErrorNote, Note } from "../parts/notes.js";
import { Sheet } from "../parts/sheet.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { OrderDetails } from "./orders.js";
import { cardToken, checkOut } from "./shop-api.js";
import { Tenders, useTenders } from "./tenders.js";

const WAYS = [
  { code: "cash", icon: "cash", title: "Cash", verb: "in cash" },
  { code: "terminal", icon: "terminal", title: "Card terminal", verb: "by card terminal" },
  { code: "sandbox", icon: "card", title: "Card on file", verb: "by card" },
];

/** Notes a customer is likely to hand over for an amount. */
export function likelyNotes(minor) {
  const up = (step) => Math.ceil(minor / step) * step;
  return [...new Set([minor, up(500), up(1000), up(2000), up(5000)])].slice(0, 4);
}

export function PaySheet({ api, cart, store, customer, loyalty, onClose, onDone, onPlaced }) {
  const state = useCart(cart);
  const [way, setWay] = useState("cash");
  const [given, setGiven] = useState(null);
  const [approval, setApproval] = useState("");
  const [busy, setBusy] = useState(true);
  const [error, setError] = useState(null);
  const [order, setOrder] = useState(null);
  const [paid, setPaid] = useState(null); // what was taken beside points and credit
  const kept = useRef(null); // the cart is gone from the stream before our own answer is here
  kept.current = state?.cart ?? kept.current;
  const total = kept.current?.totals.total;
  const tenders = useTenders({ api, cart, basket: kept.current, owner: Boolean(customer.id), loyalty });
  const left = tenders.left ?? total;

  // What is paid at the till is carried out; the total may change with it (no shipping, this state's tax).
  useEffect(() => {
    const now = cart.state.cart?.fulfilment;
    const ready = now?.kind === "carry_out" && now.store_id === store.id;
    (ready ? Promise.resolve() : cart.setFulfilment({ kind: "carry_out", store_id: store.id })).catch(setError).finally(() => setBusy(false));
  }, []);

  async function take() {
    setBusy(true);
    setError(null);
    try {
      const method = { cash: { tendered_minor: Math.max(given ?? 0, left.amount_minor) }, terminal: approval ? { reference: approval } : {}, sandbox: { token: cardToken("own", customer.email) } }[way];
      const { data } = await checkOut(api, cart.path, { expected_total: total, payments: [...tenders.payments, ...(left.amount_minor ? [{ provider: way, method }] : [])] });
      setPaid({ left });
      setOrder(data.order ?? data);
      onPlaced(data.order ?? data);
    } catch (problem) {
      setError(problem);
      if (problem.status === 409) await cart.refresh().catch(() => {});
    } finally {
      setBusy(false);
    }
  }

  if (order) {
    const change = way === "cash" && given ? given - (paid?.left ?? order.totals.total).amount_minor : 0;
    return html`<${Sheet} key="paid" place="mid" title=${change > 0 ? `Give ${formatMoney({ ...order.totals.total, amount_minor: change })} back` : "Paid"} onClose=${onDone} footer=${html`<button type="button" class="btn btn-primary btn-wide" onClick=${onDone}>Next customer</button>`}>
      <${Note} tone="ok" icon="check" title=${`Order ${order.number} is paid`}>${order.email || customer.email ? `The receipt goes to ${order.email || customer.email}.` : "Print the receipt at the till."}<//><${OrderDetails} api=${api} order=${order} /><//>`;
  }
  const chosen = WAYS.find((row) => row.code === way);
  return html`<${Sheet} place="mid" title="Take payment" onClose=${onClose} busy=${busy} footer=${html`<button type="button" class="btn btn-primary btn-wide take-now" disabled=${busy || tenders.busy || !total} aria-busy=${busy} onClick=${take}>${total ? (left.amount_minor ? `Take ${formatMoney(left)} ${chosen.verb}` : "Pay with points and credit") : "Nothing to pay"}</button>`}>
    <p class="big-sum num"><span class="sr">To pay </span>${formatMoney(left)}${tenders.payments.length ? html`<small class="muted">of ${formatMoney(total)}</small>` : null}</p>
    <${Tenders} tenders=${tenders} whose=${`${(customer.name ?? "").split(" ")[0]}’s`} />
    ${left?.amount_minor === 0 ? null : html`<div role="radiogroup" aria-label="How they pay" class="ways">${WAYS.map((row) => html`<button type="button" role="radio" key=${row.code} aria-checked=${way === row.code} class="choice" onClick=${() => setWay(row.code)}><${Icon} name=${row.icon} /><b class="medium">${row.title}</b></button>`)}</div>`}
    ${way === "cash" && left?.amount_minor ? html`<div class="chips" role="group" aria-label="Cash given">${likelyNotes(left.amount_minor).map((minor) => html`<button type="button" key=${minor} class="chip num" aria-pressed=${(given ?? left.amount_minor) === minor} onClick=${() => setGiven(minor)}>${minor === left.amount_minor ? "Exact" : formatMoney({ ...total, amount_minor: minor })}</button>`)}</div>
      ${given > left.amount_minor ? html`<p class="soft">Give back <b class="num">${formatMoney({ ...total, amount_minor: given - left.amount_minor })}</b></p>` : null}` : null}
    ${way === "terminal" && left?.amount_minor ? html`<label class="field"><span class="label">Approval code on the slip</span><span class="input"><input value=${approval} autocomplete="off" maxlength="20" onInput=${(event) => setApproval(event.currentTarget.value)} /></span></label>` : null}
    <${ErrorNote} error=${error} title=${error?.status === 409 ? "The cart changed meanwhile" : "Nothing was taken"} /><//>`;
}
