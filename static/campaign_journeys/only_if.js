// Conditions on the event itself: which of its properties, compared how, with what.
import { Icon } from "../parts/icons.js";
import { html, useState } from "../parts/ui.js";

const OPEN = new Set(["exists", "missing"]);
const OTHER = "?";
const OWN = [["channel", "channel"], ["store_id", "store"]];
const LISTED = new Set(["=", "!=", "exists", "missing"]);

const plain = (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text === "true" ? true : text === "false" ? false : text);
export const titled = (property) => (property.endsWith("_minor") ? property.slice(0, -6) : property).replaceAll("_", " ").replaceAll(".", ": ");

export function Conditions({ value, words, settings, shared, onChange }) {
  const rows = Array.isArray(value) ? value : [];
  const event = words.rule?.events.find((each) => each.name === settings?.event);
  const put = (index, row) => onChange(rows.map((held, n) => (n === index ? row : held)));
  return html`${rows.map((row, index) => html`<${Row} key=${index} row=${row} n=${index + 1} event=${event} words=${words} disabled=${shared.disabled}
      onChange=${(next) => put(index, next)} onRemove=${() => onChange(rows.filter((_, n) => n !== index))} />`)}
    ${!shared.disabled && html`<button type="button" class="jc-text" onClick=${() => onChange([...rows, { field: "channel", op: "=", value: words.rule?.channels[0]?.name ?? "" }])}><${Icon} name="plus" />Condition</button>`}`;
}

function Row({ row, n, event, words, disabled, onChange, onRemove }) {
  const properties = [...OWN, ...(event?.properties ?? []).map((name) => [name, titled(name)])];
  const isKnown = properties.some(([name]) => name === row.field);
  const [isTyped, setTyped] = useState(!isKnown);
  const lists = {
    channel: words.rule?.channels.map((each) => [each.name, each.label]),
    store_id: words.rule?.stores.map((each) => [each.id, each.name]),
  };
  const list = isTyped ? undefined : lists[row.field];
  const operators = list ? words.operators.filter((each) => LISTED.has(each.value)) : words.operators;
  const isMoney = row.field.endsWith("_minor");
  const choose = (field) => {
    setTyped(field === OTHER);
    if (field === OTHER) onChange({ field: "", op: "=", value: "" });
    else onChange({ field, op: lists[field] && !LISTED.has(row.op) ? "=" : row.op, ...(OPEN.has(row.op) ? {} : { value: lists[field]?.[0]?.[0] ?? "" }) });
  };
  const compare = (op) => onChange(OPEN.has(op) ? { field: row.field, op } : { field: row.field, op, value: row.value ?? list?.[0]?.[0] ?? "" });
  const typed = (text) => {
    if (isMoney) return text === "" ? "" : Math.round(Number(text) * 100);
    return row.op === "in" ? text.split(",").map((each) => plain(each.trim())) : plain(text);
  };
  return html`<div class="jc-condition">
    <select aria-label=${`Property ${n}`} disabled=${disabled} value=${isTyped ? OTHER : row.field} onChange=${(e) => choose(e.target.value)}>
      ${properties.map(([name, title]) => html`<option value=${name} selected=${!isTyped && name === row.field}>${title}</option>`)}
      <option value=${OTHER} selected=${isTyped}>another property…</option></select>
    <select aria-label=${`Comparison ${n}`} disabled=${disabled} value=${row.op} onChange=${(e) => compare(e.target.value)}>${operators.map((each) => html`<option value=${each.value} selected=${each.value === row.op}>${each.label}</option>`)}</select>
    ${!disabled && html`<button type="button" class="jc-icon" aria-label=${`Remove condition ${n}`} onClick=${onRemove}><${Icon} name="x" /></button>`}
    ${isTyped && html`<input type="text" class="wide" aria-label=${`Name of property ${n}`} placeholder="name of the property" maxlength="80" disabled=${disabled} value=${row.field} onInput=${(e) => onChange({ ...row, field: e.target.value.trim() })} />`}
    ${OPEN.has(row.op) ? null : list
      ? html`<select class="wide" aria-label=${`Value ${n}`} disabled=${disabled} value=${row.value} onChange=${(e) => onChange({ ...row, value: e.target.value })}>${list.map(([name, title]) => html`<option value=${name} selected=${name === row.value}>${title}</option>`)}</select>`
      : isMoney
        ? html`<span class="jc-unit wide"><input type="number" inputmode="decimal" step="0.01" aria-label=${`Value ${n}`} disabled=${disabled} value=${typeof row.value === "number" ? row.value / 100 : ""} onInput=${(e) => onChange({ ...row, value: typed(e.target.value) })} /><span>${words.currency}</span></span>`
        : html`<input type="text" class="wide" aria-label=${`Value ${n}`} placeholder="value" disabled=${disabled} value=${Array.isArray(row.value) ? row.value.join(", ") : row.value ?? ""} onInput=${(e) => onChange({ ...row, value: typed(e.target.value) })} />`}
  </div>`;
}
