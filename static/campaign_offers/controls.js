// The small controls an offer's sentence is made of.
import { html, useEffect, useId, useRef, useState } from "../parts/ui.js";
import { Icon } from "../parts/icons.js";

const digits = (currency) => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
const symbol = (currency) => new Intl.NumberFormat("en", { style: "currency", currency }).formatToParts(0).find((part) => part.type === "currency").value;

/** One amount of `{currency: minor}`, typed in major units; other currencies stay as they are. */
export function Money({ value, currency, label, wrong, onChange }) {
  const minor = value?.[currency];
  const places = digits(currency);
  const shown = minor ? (minor / 10 ** places).toFixed(minor % 10 ** places ? places : 0) : "";
  const set = (text) => {
    const next = { ...value };
    const amount = Math.round(Number(text.replace(",", ".")) * 10 ** places);
    if (text.trim() && Number.isFinite(amount) && amount > 0) next[currency] = amount;
    else delete next[currency];
    onChange(next);
  };
  return html`<span class="oe-money"><span aria-hidden="true">${symbol(currency)}</span>
    <input class="short" inputmode="decimal" aria-label=${label} aria-invalid=${wrong ? "true" : null} value=${shown} onChange=${(event) => set(event.target.value)} /></span>`;
}

export function NumberBox({ value, label, wrong, least = 1, onChange }) {
  const set = (text) => onChange(text.trim() === "" ? null : Math.max(least, Math.round(Number(text)) || least));
  return html`<input class="short" inputmode="numeric" aria-label=${label} aria-invalid=${wrong ? "true" : null} value=${value ?? ""} onChange=${(event) => set(event.target.value)} />`;
}

export function Text({ value, label, wrong, cls = "wide", placeholder = "", onChange }) {
  return html`<input class=${cls} aria-label=${label} aria-invalid=${wrong ? "true" : null} placeholder=${placeholder} value=${value ?? ""} onInput=${(event) => onChange(event.target.value)} />`;
}

export function Choice({ value, options, label, wrong, onChange }) {
  return html`<select aria-label=${label} aria-invalid=${wrong ? "true" : null} onChange=${(event) => onChange(event.target.value)}>
    ${options.map(([key, name]) => html`<option value=${key} selected=${key === value}>${name}</option>`)}</select>`;
}

export function Segmented({ value, options, label, onChange }) {
  return html`<div class="oe-seg" role="group" aria-label=${label}>${options.map(
    ([key, name]) => html`<button type="button" aria-pressed=${String(key === value)} onClick=${() => onChange(key)}>${name}</button>`,
  )}</div>`;
}

export function Check({ value, label, onChange }) {
  return html`<label class="oe-check"><input type="checkbox" checked=${value} onChange=${(event) => onChange(event.target.checked)} />${label}</label>`;
}

/** A moment as the browser's own clock has it, kept with its time zone. */
export function Moment({ value, label, wrong, onChange }) {
  const local = value ? new Date(new Date(value).getTime() - new Date(value).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";
  return html`<input type="datetime-local" aria-label=${label} aria-invalid=${wrong ? "true" : null} value=${local}
    onChange=${(event) => onChange(event.target.value ? new Date(event.target.value).toISOString() : null)} />`;
}

export function Pick({ name, onRemove }) {
  return html`<span class="oe-pick">${name}<button type="button" onClick=${onRemove} aria-label=${`Without ${name}`}><${Icon} name="x" /></button></span>`;
}

export const Wrong = ({ children }) => (children ? html`<p class="oe-wrong" role="alert">${children}</p>` : null);

/** A field that looks things up as one types: `find(text)` gives [{value, name, note?}]. */
export function Find({ find, placeholder, onPick }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState(null);
  const asked = useRef(0);
  const id = useId();
  useEffect(() => {
    const mine = ++asked.current;
    if (text.trim().length < 2) return setFound(null);
    const timer = setTimeout(async () => {
      const rows = await find(text.trim());
      if (mine === asked.current) setFound(rows);
    }, 200);
    return () => clearTimeout(timer);
  }, [text]);
  const pick = (row) => {
    setText("");
    setFound(null);
    onPick(row);
  };
  return html`<div class="oe-find"><input role="combobox" aria-expanded=${String(Boolean(found))} aria-controls=${id} aria-label=${placeholder} placeholder=${placeholder} value=${text}
      onInput=${(event) => setText(event.target.value)} onKeyDown=${(event) => {
        if (event.key === "Escape") setFound(null);
        if (event.key === "Enter") { event.preventDefault(); if (found?.length) pick(found[0]); }
      }} />
    ${found && html`<ul id=${id}>${found.length ? found.map((row) => html`<li><button type="button" onClick=${() => pick(row)}><span>${row.name}${row.note ? html` <span class="oe-soft">${row.note}</span>` : null}</span></button></li>`) : html`<li class="oe-soft" style="padding:8px">Nothing is found by “${text}”.</li>`}</ul>`}</div>`;
}
