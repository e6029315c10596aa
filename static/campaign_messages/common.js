// What the message screens share: the API with the staff session, a person to look up, words for times and numbers.
import { bySession, createApi } from "../parts/api.js";
import { Icon } from "../parts/icons.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { zone as timeZone } from "../parts/zone.js";

export const api = createApi({ credential: bySession });
export const config = JSON.parse(document.getElementById("config").textContent);
export const count = (value) => Number(value ?? 0).toLocaleString("en");
export const money = ({ amount_minor: minor, currency }) => new Intl.NumberFormat("en", { style: "currency", currency }).format(minor / 100);
export const moment = (iso) => iso ? new Date(iso).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false, timeZone }) : "";
export const WAYS = { email: ["Email", "mail"], sms: ["Text message", "phone"], inbox: ["In-app inbox", "note"], tablet: ["Tablet prompt", "tablet"], mail: ["Print", "send"] };

export function useTold() {
  const [told, tell] = useState(null);
  useEffect(() => {
    if (!told || told.bad) return undefined;
    const timer = setTimeout(() => tell(null), 5000);
    return () => clearTimeout(timer);
  }, [told]);
  const shown = told && html`<p class=${`desk-told ${told.bad ? "is-bad" : ""}`} role=${told.bad ? "alert" : "status"}><${Icon} name=${told.bad ? "alert" : "check"} />${told.words}</p>`;
  return [shown, (words) => tell({ words }), (error) => tell({ words: error.message ?? String(error), bad: true })];
}

/** Finds somebody by the beginning of a name, an email or a number. */
export function PersonPicker({ label, person, onPick, placeholder = "Find a customer", onClear }) {
  const [typed, type] = useState("");
  const [found, setFound] = useState(null);
  const box = useRef(null);
  useEffect(() => {
    if (typed.trim().length < 2) { setFound(null); return undefined; }
    let gone = false;
    const timer = setTimeout(async () => {
      try {
        const { data } = await api.get("/customers", { query: { q: typed.trim(), limit: 6 } });
        if (!gone) setFound(data.items);
      } catch { if (!gone) setFound([]); }
    }, 200);
    return () => { gone = true; clearTimeout(timer); };
  }, [typed]);
  const pick = (each) => { onPick(each); type(""); setFound(null); };
  if (person) return html`<span class="desk-person"><${Icon} name="user" /><b>${person.name || person.email || "Somebody"}</b>${onClear && html`<button type="button" class="desk-x" aria-label="Nobody in particular" onClick=${onClear}><${Icon} name="x" /></button>`}</span>`;
  return html`<div class="desk-find" ref=${box} onKeyDown=${(event) => { if (event.key === "Escape") setFound(null); if (event.key === "Enter" && found?.length) { event.preventDefault(); pick(found[0]); } }}>
    <label class="desk-input"><${Icon} name="search" /><input type="search" aria-label=${label} placeholder=${placeholder} value=${typed} onInput=${(event) => type(event.target.value)} /></label>
    ${found && html`<ul class="desk-found" role="listbox" aria-label="Customers found">${found.length ? found.map((each) => html`<li key=${each.id}><button type="button" role="option" aria-selected="false" onClick=${() => pick(each)}><b>${nameOf(each)}</b><span>${each.email || each.number}</span></button></li>`) : html`<li class="none">Nobody of that name.</li>`}</ul>`}
  </div>`;
}

export const nameOf = (person) => person.name || `${person.first_name ?? ""} ${person.last_name ?? ""}`.trim() || person.email || person.number;
