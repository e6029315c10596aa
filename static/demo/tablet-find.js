// The bar over the tablet: finds a customer or an item by a word, reads a card or a barcode, leads to the pickups.
import { Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { CodeForm } from "../parts/qr.js";
import { Sheet } from "../parts/sheet.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { findProducts } from "./shop-api.js";

const TYPING_MS = 200;

export const first = (name) => (name ?? "").split(" ")[0];
export const initials = (name) => (name || "?").split(" ").map((word) => word[0]).slice(0, 2).join("");

export function FindBar({ api, store, onCustomer, onProduct, onCode, onScan, onPickups, waiting, associate, onLock }) {
  const [text, setText] = useState("");
  const receipt = orderIn(text);
  const [found, setFound] = useState(null);
  const box = useRef(null);
  useEffect(() => {
    const word = text.trim();
    if (word.length < 2) return setFound(null);
    let live = true;
    const timer = setTimeout(async () => {
      const [people, goods] = await Promise.all([
        api.get("/customers", { query: { q: word, limit: 4 } }).then((answer) => answer.data.items, () => []),
        findProducts(api, { q: word, limit: 4 }).then((page) => page.items, () => []),
      ]);
      if (live) setFound({ people, goods });
    }, TYPING_MS);
    return () => ((live = false), clearTimeout(timer));
  }, [text]);
  const close = (act) => () => (setText(""), setFound(null), act());
  const submit = (event) => {
    event.preventDefault();
    if (/^\d{8,14}$/.test(text.trim()) || cardIn(text) || (receipt && !found?.people.length && !found?.goods.length)) close(() => onCode(text.trim()))();
    else if (found?.people.length === 1) close(() => onCustomer(found.people[0]))();
    else if (found?.goods.length === 1) close(() => onProduct(found.goods[0]))();
  };
  return html`<header class="bar" aria-label="Tablet"><form class="find input" role="search" onSubmit=${submit}>
      <${Icon} name="search" /><input ref=${box} type="search" aria-label="Find a customer or an item" placeholder="Scan a card, type a name or item" autocomplete="off" value=${text} onInput=${(event) => setText(event.currentTarget.value)} />
      <button type="button" class="scan" onClick=${onScan}><${Icon} name="scan" /><span class="tight">Scan</span></button>
      ${found ? html`<ul class="found-list">${found.people.map((row) => html`<li key=${row.id}><button type="button" onClick=${close(() => onCustomer(row))}><span class="avatar">${initials(row.name)}</span><span class="grow"><b>${row.name}</b><small class="muted clip">${row.email ?? row.phone ?? ""}</small></span></button></li>`)}
        ${found.goods.map((row) => html`<li key=${row.id}><button type="button" onClick=${close(() => onProduct(row))}><img class="pic" src=${row.image_url} alt="" width="36" height="45" /><span class="grow"><b>${row.name}</b><small class="muted">${formatMoney(row.price)}</small></span></button></li>`)}
        ${receipt ? html`<li><button type="button" onClick=${close(() => onCode(receipt))}><span class="avatar"><${Icon} name="receipt" /></span><span class="grow"><b>Receipt ${receipt}</b><small class="muted">Take goods of it back</small></span></button></li>` : null}
        ${found.people.length + found.goods.length || receipt ? null : html`<li class="muted nothing">Nobody and nothing is called “${text.trim()}”.</li>`}</ul>` : null}</form>
    <button type="button" class="btn btn-quiet store" onClick=${onPickups}><${Icon} name="box" /><span class="store-name">${store.name}</span>${waiting ? html`<span class="badge">${waiting}</span>` : null}<span class="sr">${waiting === 1 ? " pickup waits" : waiting ? " pickups wait" : ", no pickups wait"}</span></button>
    <button type="button" class="btn btn-quiet me" onClick=${onLock}><span class="avatar" aria-hidden="true">${initials(associate.name)}</span><span class="tight">${first(associate.name)}</span><span class="sr">, lock the tablet</span></button></header>`;
}

export function ScanSheet({ onClose, onCode, error, busy }) {
  return html`<${Sheet} title="Scan or type a code" place="mid" onClose=${onClose}><p class="soft">A membership card or the code on a phone opens the customer’s cart here. A barcode goes into the cart. A receipt’s number takes goods back.</p>
    <${CodeForm} label="Card, phone code or barcode" placeholder="For example 2187474043219" button="Use this code" onCode=${onCode} error=${error?.message} busy=${busy} /><//>`;
}

/** An order's number, as it stands on a receipt; null when it is something else. */
export function orderIn(text) {
  const found = /^([A-Z])-?([0-9A-Z]{6})$/.exec(text.trim().toUpperCase());
  return found ? `${found[1]}-${found[2]}` : null;
}

/** A membership card, out of what was scanned or typed; null when it is something else. */
export function cardIn(text) {
  const plain = text.trim().toUpperCase();
  if (plain.startsWith("OMM:")) return plain;
  // A card's number has ten characters, a code of a phone eight, a barcode digits alone.
  return /^[A-Z0-9]{10}$/.test(plain.replaceAll(/[- ]/g, "")) && /[A-Z]/.test(plain) ? plain.replaceAll(/[- ]/g, "") : null;
}
