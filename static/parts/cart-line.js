// One line of a cart, in three widths: narrow (a phone), list (a web page) and wide (a tablet).
import { ByLine } from "./channels.js";
import { Icon } from "./icons.js";
import { formatMoney } from "./money.js";
import { QuantityStepper } from "./stepper.js";
import { cls, html } from "./ui.js";

/** A line bears the name of its variant; people know the product. */
export const nameOf = (line) => line.product?.name ?? line.name;
export const optionsOf = (line) => (line.product?.name ? line.name : Object.values(line.options ?? {}).join(", "));

function Price({ line }) {
  const less = (line.adjustments ?? []).filter((row) => row.kind === "discount");
  const saved = less.reduce((sum, row) => sum + row.amount.amount_minor, 0);
  return html`<p class="price">${formatMoney(line.line_total)}
    ${saved ? html`<small>${formatMoney({ ...line.line_total, amount_minor: saved })} ${less[0].code ? "code" : "off"}</small>` : null}</p>`;
}

function Problem({ line }) {
  const problem = line.problems?.[0];
  return problem ? html`<p class="problem"><${Icon} name="alert" />${problem.title}</p>` : null;
}

export function CartLine({ line, viewer, width = "narrow", fresh = false, where, now, onQuantity, disabled }) {
  const picture = html`<img class="pic" src=${line.image_url} alt="" width="56" height="70" loading="lazy" />`;
  const stepper = onQuantity
    ? html`<${QuantityStepper} value=${line.quantity} of=${nameOf(line)} onChange=${(count) => onQuantity(line, count)} disabled=${disabled} />`
    : html`<span class="num soft">${line.quantity > 1 ? `${line.quantity} ×` : ""}</span>`;
  const by = html`<${ByLine} trace=${line.changed ?? line.added} viewer=${viewer} now=${now} />`;
  const list = cls("line", `line-${width}`, { fresh });
  if (width === "narrow") {
    return html`<li class=${list} data-line=${line.sku}>${picture}<div class="grow">
      <div class="top"><p class="title">${nameOf(line)}</p><${Price} line=${line} /></div>
      <div class="mid"><span class="option">${optionsOf(line)}${line.is_gift ? ", a gift" : ""}</span>${where ? html`<span class="where">${where}</span>` : null}</div>
      <${Problem} line=${line} />
      <div class="bottom">${by}${stepper}</div></div></li>`;
  }
  if (width === "list") {
    return html`<li class=${list} data-line=${line.sku}>${picture}
      <div class="what"><p class="title clip">${nameOf(line)}</p><span class="option clip">${optionsOf(line)}</span></div>
      ${by}${stepper}<${Price} line=${line} /><${Problem} line=${line} /></li>`;
  }
  return html`<li class=${list} data-line=${line.sku}>${picture}
    <div class="what"><p class="title clip">${nameOf(line)} <small>${optionsOf(line)}</small></p>${by}
      ${where ? html`<p class="where clip">${where}</p>` : null}<${Problem} line=${line} /></div>
    ${stepper}<${Price} line=${line} /></li>`;
}

/** Lines in the shape of what comes, while a cart loads. */
export function LineBones({ count = 3 }) {
  return html`<div class="bones" aria-label="Loading the cart" role="status">${Array.from({ length: count }, (_, i) => html`<div class="line line-narrow" key=${i}>
    <i class="bone" style="width:52px;height:64px"></i><div class="grow" style="display:grid;gap:10px"><i class="bone" style=${`width:${70 - i * 9}%`}></i><i class="bone" style=${`width:${44 - i * 6}%`}></i></div></div>`)}</div>`;
}

/** Changes how many there are of a line; one that is taken out can be put back. */
export const changerOf = (cart, toasts) => async (line, count) => {
  await (count > 0 ? cart.setQuantity(line, count) : cart.remove(line));
  if (count <= 0) toasts.show(`Took out the ${nameOf(line)}`, { undo: () => cart.putBack(line) });
};
