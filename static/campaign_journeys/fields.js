// One setting of a step, by its kind, with what is wrong with it beside it.
import { Icon } from "../parts/icons.js";
import { html, useId, useState } from "../parts/ui.js";
import { Conditions } from "./only_if.js";
import { RuleField } from "./rule_field.js";

const OF_WORDS = { event: "events", segment: "segments", template: "templates", offer: "offers", audience: "audiences" };
const OTHER = "?";

export function FieldOf({ field, value, words, settings, api, sentence, problem, disabled, onChange }) {
  const id = useId();
  const shared = { id, disabled, "aria-invalid": Boolean(problem), "aria-describedby": problem || field.help ? `${id}-note` : undefined };
  const Control = CONTROLS[field.kind] ?? (OF_WORDS[field.kind] ? Named : Text);
  const isGroup = ["choices", "ordered", "conditions", "parts", "pairs", "tree"].includes(field.kind);
  const label = html`${field.label}${field.required ? "" : html`<i> optional</i>`}`;
  return html`<div class="jc-field" role=${isGroup ? "group" : undefined} aria-labelledby=${isGroup ? `${id}-label` : undefined}>
    ${field.kind === "flag" ? null : isGroup ? html`<span class="label" id=${`${id}-label`}>${label}</span>` : html`<label for=${id}>${label}</label>`}
    <${Control} field=${field} value=${value ?? field.default} words=${words} settings=${settings} api=${api} sentence=${sentence} shared=${shared} onChange=${onChange} />
    ${(problem || field.help) && html`<p id=${`${id}-note`} class=${problem ? "wrong" : "help"}>${problem ? html`<${Icon} name="alert" />${problem}` : field.help}</p>`}
  </div>`;
}

const Text = ({ value, shared, onChange }) => html`<input ...${shared} type="text" maxlength="300" value=${value ?? ""} onInput=${(e) => onChange(e.target.value)} />`;
const Time = ({ value, shared, onChange }) => html`<input ...${shared} type="time" value=${value ?? ""} onInput=${(e) => onChange(e.target.value)} />`;
const DateOf = ({ value, shared, onChange }) => html`<input ...${shared} type="date" value=${value ?? ""} onInput=${(e) => onChange(e.target.value)} />`;

const NumberOf = ({ field, value, shared, onChange }) => html`<span class="jc-unit"><input ...${shared} type="number" inputmode="numeric" min=${field.low} max=${field.high} value=${value ?? ""}
  onInput=${(e) => onChange(e.target.value === "" ? undefined : Number(e.target.value))} />${field.unit && html`<span>${field.unit}</span>`}</span>`;

const Choice = ({ field, value, shared, onChange }) => html`<select ...${shared} value=${value ?? ""} onChange=${(e) => onChange(e.target.value)}>
  ${!field.required && html`<option value="">any</option>`}
  ${field.choices.map((each) => html`<option value=${each.value} selected=${each.value === value}>${each.label}</option>`)}</select>`;

const Flag = ({ field, value, shared, onChange }) => html`<label class="jc-flag"><input ...${shared} type="checkbox" checked=${value === true} onChange=${(e) => onChange(e.target.checked)} />${field.label}</label>`;

/** Several of those offered; where their order counts, in the order they were chosen. */
function Choices({ field, value, shared, onChange }) {
  const chosen = Array.isArray(value) ? value : [];
  const isOrdered = field.kind === "ordered";
  const inPlace = (names) => (isOrdered ? names : field.choices.map((each) => each.value).filter((name) => names.includes(name)));
  const toggle = (name, on) => onChange(inPlace(on ? [...chosen, name] : chosen.filter((each) => each !== name)));
  return html`<div class="jc-chips">${field.choices.map((each) => html`<label><input type="checkbox" disabled=${shared.disabled} checked=${chosen.includes(each.value)}
    onChange=${(e) => toggle(each.value, e.target.checked)} /><span>${isOrdered && chosen.length > 1 && chosen.includes(each.value) ? `${chosen.indexOf(each.value) + 1}. ` : ""}${each.label}</span></label>`)}</div>`;
}

/** A thing with a name, chosen from those there are. */
function Named({ field, value, words, shared, onChange }) {
  if (field.kind === "event") return html`<${EventOf} value=${value} words=${words} shared=${shared} onChange=${onChange} />`;
  const known = words[OF_WORDS[field.kind]] ?? [];
  const isKnown = !value || known.some((each) => each.value === value);
  return html`<select ...${shared} value=${value ?? ""} onChange=${(e) => onChange(e.target.value)}>
    <option value="">${known.length ? "Choose…" : `There is no ${field.label.toLowerCase()} yet`}</option>
    ${!isKnown && html`<option value=${value} selected>${value} (gone)</option>`}
    ${known.map((each) => html`<option value=${each.value} selected=${each.value === value}>${each.label}</option>`)}</select>`;
}

/** What can happen: in the house, or as a tracker tells it; only what was never seen yet is typed by its name. */
function EventOf({ value, words, shared, onChange }) {
  const isKnown = !value || words.events.some((each) => each.value === value);
  const [isTyped, setTyped] = useState(!isKnown);
  const groups = [
    ["In the house", words.events.filter((each) => each.value.includes("."))],
    ["On websites and in apps", words.events.filter((each) => !each.value.includes("."))],
  ];
  const choose = (name) => {
    setTyped(name === OTHER);
    onChange(name === OTHER ? "" : name);
  };
  return html`<select ...${shared} value=${isTyped ? OTHER : value ?? ""} onChange=${(e) => choose(e.target.value)}>
      <option value="" selected=${!isTyped && !value}>Choose…</option>
      ${groups.filter(([, members]) => members.length).map(([title, members]) => html`<optgroup label=${title}>${members.map((each) => html`<option value=${each.value} selected=${!isTyped && each.value === value}>${each.label}</option>`)}</optgroup>`)}
      <option value=${OTHER} selected=${isTyped}>Something that never happened yet…</option></select>
    ${isTyped && html`<input type="text" class="jc-below" aria-label="Name of the event" autocomplete="off" spellcheck="false" maxlength="80" placeholder="Quiz Finished" disabled=${shared.disabled} value=${value ?? ""} onInput=${(e) => onChange(e.target.value.trim())} />`}`;
}

const Money = ({ value, words, shared, onChange }) => html`<span class="jc-unit"><input ...${shared} type="number" inputmode="decimal" min="0" step="0.01" value=${value === undefined || value === null ? "" : value / 100}
  onInput=${(e) => onChange(e.target.value === "" ? undefined : Math.round(Number(e.target.value) * 100))} /><span>${words.currency}</span></span>`;

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

const LETTERS = /[^a-z0-9_]/g;

/** Words a message asks for, by their names in it. */
function Pairs({ value, shared, onChange }) {
  const [rows, setRows] = useState(() => flat(value ?? {}));
  const put = (next) => {
    setRows(next);
    const full = next.filter((row) => row.name);
    onChange(full.length ? full.reduce((told, row) => nested(told, row.name.split("."), row.words), {}) : undefined);
  };
  const set = (index, change) => put(rows.map((row, n) => (n === index ? { ...row, ...change } : row)));
  return html`${rows.map((row, index) => html`<div class="jc-pair" key=${index}>
      <input type="text" aria-label=${`Name ${index + 1}`} placeholder="name" maxlength="80" disabled=${shared.disabled} value=${row.name} onInput=${(e) => set(index, { name: e.target.value.toLowerCase().split(".").map((part) => part.replace(LETTERS, "_")).join(".") })} />
      <input type="text" aria-label=${`Words ${index + 1}`} placeholder="words" maxlength="300" disabled=${shared.disabled} value=${row.words} onInput=${(e) => set(index, { words: e.target.value })} />
      ${!shared.disabled && html`<button type="button" class="jc-icon" aria-label=${`Remove words ${index + 1}`} onClick=${() => put(rows.filter((_, n) => n !== index))}><${Icon} name="x" /></button>`}
    </div>`)}
    ${!shared.disabled && html`<button type="button" class="jc-text" onClick=${() => setRows([...rows, { name: "", words: "" }])}><${Icon} name="plus" />Words</button>`}`;
}

/** `{reward: {amount: "50"}}` as rows of `reward.amount`. */
const flat = (told, above = "") =>
  Object.entries(told).flatMap(([name, words]) =>
    words !== null && typeof words === "object" ? flat(words, `${above}${name}.`) : [{ name: `${above}${name}`, words: String(words ?? "") }],
  );

function nested(told, [first, ...rest], words) {
  const under = told[first] !== null && typeof told[first] === "object" ? told[first] : {};
  return { ...told, [first]: rest.length ? nested(under, rest, words) : words };
}

const CONTROLS = { number: NumberOf, choice: Choice, choices: Choices, ordered: Choices, flag: Flag, time: Time, date: DateOf, money: Money, conditions: Conditions, parts: Parts, tree: RuleField, pairs: Pairs };
