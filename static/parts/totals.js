// The sums of a cart or an order. Discounts are green and negative; included tax is said, not added.
import { formatMoney, isZero } from "./money.js";
import { cls, html } from "./ui.js";

function negative(amount) {
  return { ...amount, amount_minor: -Math.abs(amount.amount_minor) };
}

export function rowsOf(totals, codes = []) {
  const applied = codes.filter((row) => row.applied).map((row) => row.code);
  return [
    { label: "Items", amount: totals.items },
    ...(isZero(totals.discount) ? [] : [{ label: applied.length ? `Code ${applied.join(", ")}` : "Savings", amount: negative(totals.discount), less: true }]),
    ...(isZero(totals.shipping) ? [] : [{ label: "Shipping", amount: totals.shipping }]),
    ...(isZero(totals.tax) ? [] : [{ label: "Tax", amount: totals.tax }]),
  ];
}

export function Totals({ totals, codes, label = "Total" }) {
  return html`<dl class="totals">
    ${rowsOf(totals, codes).map((row) => html`<div key=${row.label} class=${cls({ less: row.less })}><dt>${row.label}</dt><dd>${formatMoney(row.amount)}</dd></div>`)}
    <div class="sum"><dt>${label}</dt><dd>${formatMoney(totals.total)}</dd></div>
    ${isZero(totals.tax_included) ? null : html`<div class="muted"><dt>Tax in these prices</dt><dd>${formatMoney(totals.tax_included)}</dd></div>`}
  </dl>`;
}

/** What a total holds, in two or three words: "With code and tax". Tax is not known before a destination is. */
export function sumLabel(totals) {
  const taxed = !isZero(totals.tax) || !isZero(totals.tax_included);
  if (isZero(totals.discount)) return taxed ? "With tax" : "Before tax";
  return taxed ? "With code and tax" : "With code, before tax";
}
