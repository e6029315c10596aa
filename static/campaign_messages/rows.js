// The rows behind a number: whom a message went to and what became of it, or which orders made the revenue.
import { Icon } from "../parts/icons.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { zone as timeZone } from "../parts/zone.js";

const BLANK = "00000000-0000-0000-0000-000000000000";
const PAGE = 20;
const moment = (iso) => new Date(iso).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false, timeZone });
const money = ({ amount_minor: minor, currency }) => new Intl.NumberFormat("en", { style: "currency", currency }).format(minor / 100);
/** The moment that made somebody one of the number's. */
const AT = { opened: "opened_at", clicked: "clicked_at", bounced: "bounced_at", unsubscribed: "unsubscribed_at", sent: "sent_at", delivered: "sent_at" };

/** `what` is one of the results' counts, or "orders"; `query` the scope it was counted in. */
export function RowsDialog({ api, title, note, what, query, urls, onClose }) {
  const [rows, setRows] = useState(null);
  const [next, setNext] = useState(null);
  const [problem, setProblem] = useState("");
  const box = useRef(null);
  const isOrders = what === "orders";
  const load = async (cursor) => {
    try {
      const path = isOrders ? "/messages/orders" : "/messages/sent";
      const { data } = await api.get(path, { query: { ...query, ...(isOrders ? {} : { what }), cursor, limit: PAGE } });
      setRows((held) => (cursor ? [...held, ...data.items] : data.items));
      setNext(data.next);
    } catch (error) {
      setProblem(error.message);
    }
  };
  useEffect(() => {
    box.current.showModal();
    load();
  }, []);
  return html`<dialog ref=${box} class="rows" aria-labelledby="rows-title" onClose=${onClose} onClick=${(event) => event.target === box.current && box.current.close()}>
    <header><div><h2 id="rows-title">${title}</h2>${note && html`<p>${note}</p>`}</div><button type="button" aria-label="Close" onClick=${() => box.current.close()}><${Icon} name="x" /></button></header>
    <div class="rows-list" tabindex="0" role="region" aria-label="Rows" aria-busy=${rows === null && !problem}>
      ${problem && html`<p class="rows-none" role="alert">${problem}</p>`}
      ${rows && !rows.length && html`<p class="rows-none">None.</p>`}
      ${rows && rows.length > 0 && html`<ul>${rows.map((row) => html`<li key=${row.id}>${isOrders ? html`<${OrderRow} row=${row} urls=${urls} />` : html`<${SentRow} row=${row} what=${what} urls=${urls} />`}</li>`)}</ul>`}
      ${next && html`<button type="button" class="rows-more" onClick=${() => load(next)}>Show more</button>`}
    </div>
  </dialog>`;
}

const Person = ({ row, urls }) => (row.customer ? html`<a href=${urls.customer.replace(BLANK, row.customer.id)}>${row.customer.name}</a>` : html`<b>${row.recipient || "Somebody unknown"}</b>`);

const SentRow = ({ row, what, urls }) => html`<span><${Person} row=${row} urls=${urls} /><small>${row.recipient || row.subject}</small></span>
  <span class="end"><a href=${urls.message.replace(BLANK, row.id)}>The message</a><small>${row.reason || moment(row[AT[what]] ?? row.created_at)}</small></span>`;

function OrderRow({ row, urls }) {
  const less = row.total.amount_minor - row.now.amount_minor;
  return html`<span><a href=${urls.order.replace(BLANK, row.id)}>${row.number}</a><small>${row.customer ? html`<${Person} row=${row} urls=${urls} />, ` : null}${moment(row.placed_at)}</small></span>
    <span class="end"><b>${money(row.now)}</b><small>${less > 0 ? `${money(row.total)} less ${money({ ...row.total, amount_minor: less })} that came back` : ""}</small></span>`;
}
