// A cart that shows what the offer takes off, and the others beside it, in the words an associate would say.
import { html } from "../parts/ui.js";
import { Icon } from "../parts/icons.js";
import { formatMoney } from "../parts/money.js";
import { Find } from "./controls.js";

export function Preview({ tried, items, setItems, findVariants }) {
  const change = (sku, by) => setItems(items.map((item) => (item.sku === sku ? { ...item, quantity: item.quantity + by } : item)).filter((item) => item.quantity > 0));
  const add = (row) => setItems(items.some((item) => item.sku === row.sku) ? items.map((item) => (item.sku === row.sku ? { ...item, quantity: item.quantity + 1 } : item)) : [...items, { sku: row.sku, quantity: 1 }]);
  return html`<aside class="oe-rail" aria-label="Preview" aria-live="polite">
    <section><h2>A sample cart</h2>
      ${(tried?.lines ?? []).map((line) => html`<div class="oe-line" key=${line.sku}>
        ${line.image_url ? html`<img src=${line.image_url} alt="" loading="lazy" />` : html`<span class="blank"></span>`}
        <div><p class="name">${line.name}</p>${line.off.map((row) => html`<p class="off">${row.label} <span>${formatMoney(row.amount)}</span></p>`)}
          <span class="oe-units"><button type="button" aria-label=${`One ${line.name} less`} onClick=${() => change(line.sku, -1)}>−</button><span>${line.quantity}</span><button type="button" aria-label=${`One ${line.name} more`} onClick=${() => change(line.sku, 1)}>+</button></span></div>
        <p class="num">${line.off.length ? html`<s>${formatMoney(line.items)}</s>` : null}${formatMoney(line.total)}</p></div>`)}
      ${tried && !tried.lines.length ? html`<p class="oe-soft">Put something in to see what comes off.</p>` : null}
      <div style="margin-top:8px"><${Find} placeholder="Add a product" find=${findVariants} onPick=${add} /></div>
      ${tried ? html`<div class="oe-sums"><div><span>Items</span><span>${formatMoney(tried.items)}</span></div><div><span>Off</span><span>${formatMoney(tried.discount)}</span></div><div class="total"><span>Before shipping and tax</span><span>${formatMoney(tried.total)}</span></div></div>` : null}
    </section>
    ${tried?.offers.length ? html`<section><h2>What counts here, and what not</h2><ul class="oe-offers">${tried.offers.slice(0, 8).map((offer) => html`<li class=${offer.applies ? "yes" : "no"}><${Icon} name=${offer.applies ? "check" : "minus"} /><span>${offer.is_draft ? html`<b>${offer.label}</b> (this one)` : offer.label}<small>${offer.applies ? (offer.on_shipping ? "Comes off shipping." : `Takes ${formatMoney({ ...offer.amount, amount_minor: -offer.amount.amount_minor })} off.`) : offer.why}</small></span></li>`)}</ul></section>` : null}
  </aside>`;
}
