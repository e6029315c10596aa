// One setting of a step, by its kind, with what is wrong with it beside it.
import { Icon } from "../parts/icons.js";
import { html, useId, useState } from "../parts/ui.js";

const OF_WORDS = { event: "events", segment: "segments", template: "templates", offer: "offers", audience: "audiences" };
const OPEN = new Set(["exists", "missing"]);

export function FieldOf({ field, value, words, problem, disabled, onChange }) {
  const id = useId();
  const shared = { id, disabled, "aria-invalid": Boolean(problem), "aria-describedby": problem || field.help ? `${id}-note` : undefined };
  const Control = CONTROLS[field.kind] ?? (OF_WORDS[field.kind] ? Named : Text);
  const isGroup = ["choices", "conditions", "parts"].includes(field.kind);
  const label = html`${field.label}${field.required ? "" : html`<i> optional</i>`}`;
  return html`<div class="jc-field" role=${isGroup ? "group" : undefined} aria-labelledby=${isGroup ? `${id}-label` : undefined}>
    ${field.kind === "flag" ? null : isGroup ? html`<span class="label" id=${`${id}-label`}>${label}</span>` : html`<label for=${id}>${label}</label>`}
    <${Control} field=${field} value=${value ?? field.default} words=${words} shared=${shared} onChange=${onChange} />
    ${(problem || field.help) && html`<p id=${`${id}-note`} class=${problem ? "wrong" : "help"}>${problem ? html`<${Icon} name="alert" />${problem}` : field.help}</p>`}
  </div>`;
}

const Text = ({ value, shared, onChange }) => html`<input ...${shared} type="text" maxlength="300" value=${value ?? ""} onInput=${(e) => onChange(e.target.value)} />`;
const Time = ({ value, shared, onChange }) => html`<input ...${shared} type="time" value=${value ?? ""} onInput=${(e) => onChange(e.target.value)} />`;

const NumberOf = ({ field, value, shared, onChange }) => html`<span class="jc-unit"><input ...${shared} type="number" inputmode="numeric" min=${field.low} max=${field.high} value=${value ?? ""}
  onInput=${(e) => onChange(e.target.value === "" ? undefined : Number(e.target.value))} />${field.unit && html`<span>${field.unit}</span>`}</span>`;

const Choice = ({ field, value, shared, onChange }) => html`<select ...${shared} value=${value ?? ""} onChange=${(e) => onChange(e.target.value)}>
  ${!field.required && html`<option value="">any</option>`}
  ${field.choices.map((each) => html`<option value=${each.value} selected=${each.value === value}>${each.label}</option>`)}</select>`;

const Flag = ({ field, value, shared, onChange }) => html`<label class="jc-flag"><input ...${shared} type="checkbox" checked=${value === true} onChange=${(e) => onChange(e.target.checked)} />${field.label}</label>`;

function Choices({ field, value, shared, onChange }) {
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (name, on) => onChange(on ? [...chosen, name] : chosen.filter((each) => each !== name));
  return html`<div class="jc-chips">${field.choices.map((each) => html`<label><input type="checkbox" disabled=${shared.disabled} checked=${chosen.includes(each.value)}
    onChange=${(e) => toggle(each.value, e.target.checked)} /><span>${chosen.length > 1 && chosen.includes(each.value) ? `${chosen.indexOf(each.value) + 1}. ` : ""}${each.label}</span></label>`)}</div>`;
}

/** A thing with a name: chosen from a list when there is one, typed by its key otherwise; events may be any. */
function Named({ field, value, words, shared, onChange }) {
  const known = words[OF_WORDS[field.kind]] ?? [];
  if (field.kind === "event" || known.length === 0) {
    const list = `${shared.id}-list`;
    return html`<input ...${shared} type="text" list=${list} autocomplete="off" spellcheck="false" maxlength="80" placeholder=${field.kind === "event" ? "order.confirmed" : ""} value=${value ?? ""} onInput=${(e) => onChange(e.target.value.trim())} />
      <datalist id=${list}>${known.map((each) => html`<option value=${each.value}>${each.label}</option>`)}</datalist>`;
  }
  const isKnown = !value || known.some((each) => each.value === value);
  return html`<select ...${shared} value=${value ?? ""} onChange=${(e) => onChange(e.target.value)}>
    <option value="">Choose…</option>
    ${!isKnown && html`<option value=${value} selected>${value} (unknown)</option>`}
    ${known.map((each) => html`<option value=${each.value} selected=${each.value === value}>${each.label}</option>`)}</select>`;
}

const plain = (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text === "true" ? true : text === "false" ? false : text);

function Conditions({ field, value, words, shared, onChange }) {
  const rows = Array.isArray(value) ? value : [];
  const set = (index, change) => onChange(rows.map((row, n) => (n === index ? { ...row, ...change } : row)));
  return html`${rows.map((row, index) => html`<div class="jc-condition" key=${index}>
      <input type="text" aria-label=${`Property ${index + 1}`} placeholder="property" disabled=${shared.disabled} value=${row.field ?? ""} onInput=${(e) => set(index, { field: e.target.value.trim() })} />
      <select aria-label=${`Comparison ${index + 1}`} disabled=${shared.disabled} value=${row.op} onChange=${(e) => set(index, { op: e.target.value })}>${words.operators.map((each) => html`<option value=${each.value} selected=${each.value === row.op}>${each.label}</option>`)}</select>
      ${!OPEN.has(row.op) && html`<input type="text" aria-label=${`Value ${index + 1}`} placeholder="value" disabled=${shared.disabled} value=${Array.isArray(row.value) ? row.value.join(", ") : row.value ?? ""}
        onInput=${(e) => set(index, { value: row.op === "in" ? e.target.value.split(",").map((each) => plain(each.trim())) : plain(e.target.value) })} />`}
      ${!shared.disabled && html`<button type="button" class="jc-icon" aria-label=${`Remove condition ${index + 1}`} onClick=${() => onChange(rows.filter((_, n) => n !== index))}><${Icon} name="x" /></button>`}
    </div>`)}
    ${!shared.disabled && html`<button type="button" class="jc-text" onClick=${() => onChange([...rows, { field: "", op: "=", value: "" }])}><${Icon} name="plus" />Condition</button>`}`;
}

function Parts({ value, shared, onChange }) {
  const rows = Array.isArray(value) ? value : [];
  const set = (index, change) => onChange(rows.map((row, n) => (n === index ? { ...row, ...change } : row)));
  const more = () => onChange([...rows, { name: "abcdef"[rows.length] ?? `p${rows.length}`, label: `part ${rows.length + 1}`, percent: 0 }]);
  const sum = rows.reduce((total, row) => total + (Number(row.percent) || 0), 0);
  return html`${rows.map((row, index) => html`<div class="jc-part" key=${index}>
      <input type="text" aria-label=${`Name of part ${index + 1}`} maxlength="40" disabled=${shared.disabled} value=${row.label ?? ""} onInput=${(e) => set(index, { label: e.target.value })} />
      <span class="jc-unit"><input type="number" min="1" max="99" aria-label=${`Share of part ${index + 1} in percent`} disabled=${shared.disabled} value=${row.percent} onInput=${(e) => set(index, { percent: Number(e.target.value) })} /><span>%</span></span>
      ${!shared.disabled && rows.length > 2 && html`<button type="button" class="jc-icon" aria-label=${`Remove part ${index + 1}`} onClick=${() => onChange(rows.filter((_, n) => n !== index))}><${Icon} name="x" /></button>`}
    </div>`)}
    <p class="help">${sum} of 100%</p>
    ${!shared.disabled && rows.length < 6 && html`<button type="button" class="jc-text" onClick=${more}><${Icon} name="plus" />Part</button>`}`;
}

/** A rule or a set of words as JSON, kept when it reads as an object. */
function Json({ value, shared, onChange }) {
  const [text, setText] = useState(value && Object.keys(value).length ? JSON.stringify(value, null, 2) : "");
  const [isBroken, setBroken] = useState(false);
  const read = (typed) => {
    setText(typed);
    if (!typed.trim()) return setBroken(false), onChange(undefined);
    try {
      const found = JSON.parse(typed);
      const isObject = found !== null && typeof found === "object" && !Array.isArray(found);
      setBroken(!isObject);
      if (isObject) onChange(found);
    } catch {
      setBroken(true);
    }
    return undefined;
  };
  return html`<textarea ...${shared} rows="5" spellcheck="false" class="mono" value=${text} placeholder=${'{"kind": "segment", "segment": "…"}'} onInput=${(e) => read(e.target.value)}></textarea>
    ${isBroken && html`<p class="wrong"><${Icon} name="alert" />This is not JSON yet; it is kept once it is.</p>`}`;
}

const CONTROLS = { number: NumberOf, choice: Choice, choices: Choices, flag: Flag, time: Time, conditions: Conditions, parts: Parts, tree: Json, pairs: Json };
