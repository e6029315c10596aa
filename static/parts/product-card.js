// One product in a grid.
import { formatMoney } from "./money.js";
import { html } from "./ui.js";

export function Cost({ price, listPrice, sale }) {
  return html`<span class="cost num">${sale
    ? html`<span class="now"><span class="sr">Now </span>${formatMoney(price)}</span> <s><span class="sr">instead of </span>${formatMoney(listPrice)}</s>`
    : formatMoney(price)}</span>`;
}

export function ProductCard({ product, onOpen, note }) {
  return html`<button type="button" class="good" onClick=${() => onOpen(product)}>
    <span class="frame"><img class="pic" src=${product.image_url} alt="" width="240" height="300" loading="lazy" /></span>
    <b class="clip">${product.name}</b>
    <${Cost} price=${product.price} listPrice=${product.list_price} sale=${product.sale} />
    ${note ? html`<span class="cost">${note}</span>` : null}
  </button>`;
}

export function ProductBones({ count = 8 }) {
  return html`<div class="goods" role="status" aria-label="Loading the products">${Array.from({ length: count }, (_, i) => html`<div key=${i} style="display:grid;gap:8px">
    <i class="bone" style="height:auto;aspect-ratio:4/5;border-radius:10px"></i><i class="bone" style="width:70%"></i></div>`)}</div>`;
}
