// The rows behind a number, in a dialog over the page; those of messages: to whom, what became of it, which orders it made.
import { Icon } from "../parts/icons.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { zone as timeZone } from "../parts/zone.js";

const BLANK = "00000000-0000-0000-0000-000000000000";
const PAGE = 20;
const moment = (iso) => new Date(iso).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false, timeZone });
const money = ({ amount_minor: minor, currency }) => new Intl.NumberFormat("en", { style: "currency", currency }).format(minor / 100);
/** The moment that made somebody one of the number's. */
const AT = { opened: "opened_at", clicked: "clicked_at", bounced: "bounced_at", unsubscribed: "unsubscribed_at", sent: "sent_at", delivered: "sent_at" };

/** `load(cursor)` gives a page of rows; `show(row)` what stands in its line. */
export function RowsDialog({ title, note, load, show, onClose }) {
  const [rows, setRows] = useState(null);
  const [next, setNext] = useState(null);
  const [problem, setProblem] = useState("");
  const box = useRef(null);
  const more = async (cursor) => {
    try {
      const { data } = await load(cursor);
      setRows((held) => (cursor ? [...held, ...data.items] : data.items));
      setNext(data.next);
    } catch (error) {
      setProblem(error.message);
    }
  };
  useEffect(() => {
    box.current.showModal();
    more();
  }, []);
  return html`<dialog ref=${box} class="rows" aria-labelledby="rows-title" onClose=${onClose} onClick=${(event) => event.target === box.current && box.current.close()}>
    <header><div><h2 id="rows-title">${title}</h2>${note && html`<p>${note}</p>`}</div><button type="button" aria-label="Close" onClick=${() => box.current.close()}><${Icon} name="x" /></button></header>
    <div class="rows-list" tabindex="0" role="region" aria-label="Rows" aria-busy=${rows === null && !problem}>
      ${problem && html`<p class="rows-none" role="alert">${problem}</p>`}
      ${rows && !rows.length && html`<p class="rows-none">None.</p>`}
      ${rows && rows.length > 0 && html`<ul>${rows.map((row) => html`<li key=${row.id}>${show(row)}</li>`)}</ul>`}
      ${next && html`<button type="button" class="rows-more" onClick=${() => more(next)}>Show more</button>`}
    </div>
  </dialog>`;
}

/** `what` is one of the results' counts, or "orders"; `query` the scope it was counted in. */
export function MessageRows({ api, what, query, urls, ...shell }) {
  const isOrders = what === "orders";
  const load = (cursor) => api.get(isOrders ? "/messages/orders" : "/messages/sent", { query: { ...query, ...(isOrders ? {} : { what }), cursor, limit: PAGE } });
  const show = (row) => (isOrders ? html`<${OrderRow} row=${row} urls=${urls} />` : html`<${SentRow} row=${row} what=${what} urls=${urls} />`);
  return html`<${RowsDialog} ...${shell} load=${load} show=${show} />`;
}

const Person = ({ row, urls }) => (row.customer ? html`<a href=${urls.customer.replace(BLANK, row.customer.id)}>${row.customer.name}</a>` : html`<b>${row.recipient || "Somebody unknown"}</b>`);

const SentRow = ({ row, what, urls }) => html`<span><${Person} row=${row} urls=${urls} /><small>${row.recipient || row.subject}</small></span>
  <span class="end"><a href=${urls.message.replace(BLANK, row.id)}>The message</a><small>${row.reason || moment(row[AT[what]] ?? row.created_at)}</small></span>`;

function OrderRow({ row, urls }) {
  const less = row.total.amount_minor - row.now.amount_minor;
  return html`<span><a href=${urls.order.replace(BLANK, row.id)}>${row.number}</a><small>${row.customer ? html`<${Person} row=${row} urls=${urls} />, ` : null}${moment(row.placed_at)}</small></span>
    <span class="end"><b>${money(row.now)}</b><small>${less > 0 ? `${money(row.total)} less ${money({ ...row.total, amount_minor: less })} that came back` : ""}</small></span>`;
}
