// The side panel of a step: what became of people here, its settings, where it leads.
import { Icon } from "../parts/icons.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { MessageRows } from "../campaign_messages/rows.js";
import { Symbol } from "./diagram.js";
import { FieldOf } from "./fields.js";
import { isShown } from "./graph.js";
import { People } from "./people.js";

const number = (n) => n.toLocaleString("en");
const percent = (part, whole) => (whole ? `${Math.round((100 * part) / whole)}%` : "");
const WORDS = { then: "Went on", goal: "Reached a goal from here", exit: "Left", not_sent: "Not sent", yes: "Yes", no: "No", event: "It happened", timeout: "Not in time" };

export function StepPanel(props) {
  const { step, kind, words, ways, steps, sentence, problems, mayEdit, counts, days, api, home, config } = props;
  const title = useRef(null);
  useEffect(() => {
    title.current?.focus({ preventScroll: false });
  }, []);
  const fields = (kind?.fields ?? []).filter((field) => isShown(field, step.settings, kind.fields));
  const general = problems.filter((each) => !each.field);
  const of = (name) => problems.find((each) => each.field === name)?.title.replace(/^“[^”]*”: /, "");
  return html`<aside class="jc-panel" aria-label=${`Step ${step.name || kind?.title}`} onKeyDown=${(e) => e.key === "Escape" && props.onClose()}>
    <header><span class="icon"><${Symbol} name=${kind?.icon ?? "help"} /></span>
      <div><h2 tabindex="-1" ref=${title}>${step.name || kind?.title || step.kind}</h2><p>${sentence || kind?.title}</p></div>
      <button type="button" class="jc-icon" aria-label="Close" onClick=${props.onClose}><${Icon} name="x" /></button></header>
    ${general.map((each) => html`<p class="wrong block"><${Icon} name="alert" />${each.title}</p>`)}
    ${counts && html`<${Results} key=${days} counts=${counts} days=${days} ways=${ways} api=${api} home=${home} step=${step} config=${config} />`}
    <section><h3>Settings</h3>
      <div class="jc-field"><label for="jc-name">Name</label><input id="jc-name" type="text" maxlength="80" disabled=${!mayEdit} placeholder=${kind?.title} value=${step.name} onInput=${(e) => props.onName(e.target.value)} /></div>
      ${fields.map((field) => html`<${FieldOf} key=${`${step.id}${field.name}`} field=${field} value=${step.settings[field.name]} words=${words} settings=${step.settings} api=${api} sentence=${sentence} problem=${of(field.name)} disabled=${!mayEdit} onChange=${(value) => props.onSetting(field.name, value)} />`)}
      ${["send", "postcard"].includes(step.kind) && step.settings.template && html`<a class="jc-text" href=${config.template.replace("__key__", encodeURIComponent(step.settings.template))}>Edit message</a>`}
    </section>
    ${ways.length > 0 && html`<section><h3>Where it leads</h3>${ways.map((way) => html`<div class="jc-field" key=${way.name}><label for=${`way-${way.name}`}>${ways.length > 1 ? `On “${way.label}”` : "Then"}${!way.required && html`<i> optional</i>`}</label>
      <span class="jc-lead"><select id=${`way-${way.name}`} disabled=${!mayEdit} value=${step.next[way.name] ?? ""} onChange=${(e) => props.onConnect(way.name, e.target.value)}>
        <option value="" selected=${!step.next[way.name]}>${way.required ? "nowhere yet" : "the end"}</option>
        ${steps.filter((each) => each.id !== step.id && each.kind !== "trigger").map((each) => html`<option value=${each.id} selected=${each.id === step.next[way.name]}>${each.name || each.id}</option>`)}</select>
        ${mayEdit && html`<button type="button" class="jc-icon" aria-label=${`Add a step on “${way.label}”`} onClick=${() => props.onAdd(way.name)}><${Icon} name="plus" /></button>`}</span></div>`)}</section>`}
    ${mayEdit && html`<div class="jc-actions"><button type="button" class="jc-button danger" onClick=${props.onRemove}><${Icon} name="trash" />Remove this step</button></div>`}
  </aside>`;
}

/** Every number opens its people. */
function Results({ counts, days, ways, api, home, step, config }) {
  const [open, setOpen] = useState(null);
  const left = counts.ways.reduce((sum, way) => sum + way.count, 0);
  const base = `${home}/steps/${step.id}`;
  const label = (name) => (ways.find((way) => way.name === name)?.label && ways.length > 1 ? ways.find((way) => way.name === name).label : WORDS[name] ?? name);
  const toggle = (key, path, query, title) => setOpen(open?.key === key ? null : { key, path, query, title });
  return html`<section><h3>${number(counts.came)} came here${counts.here ? `, ${number(counts.here)} are here now` : ""}</h3>
    <div class="jc-bars">
      ${counts.ways.map((way) => html`<button type="button" key=${way.way} aria-expanded=${open?.key === way.way} onClick=${() => toggle(way.way, `${base}/people`, { way: way.way, days }, label(way.way))}>
        <span class="cap">${label(way.way)}</span><span class="track"><i class=${way.way} style=${`width:${left ? (100 * way.count) / left : 0}%`}></i></span><b>${number(way.count)}</b><span>${percent(way.count, left)}</span></button>`)}
      ${counts.here + counts.failed > 0 && html`<button type="button" aria-expanded=${open?.key === "here"} onClick=${() => toggle("here", `${base}/here`, {}, "Here now")}>
        <span>${counts.failed ? "Here, or stopped" : "Here now"}</span><span class="track"></span><b>${number(counts.here + counts.failed)}</b><span></span></button>`}
    </div>
    ${open && html`<${People} key=${open.key} api=${api} path=${open.path} query=${open.query} config=${config} title=${open.title} />`}
    ${counts.message && html`<${MessageResults} message=${counts.message} days=${days} api=${api} source=${`journey:${config.journey}:${step.id}`} urls=${config.urls} />`}
    ${counts.ways.filter((way) => way.reasons.length && (way.reasons.length > 1 || way.way === "not_sent")).map((way) => html`<div class="jc-why" key=${way.way}><h3>${way.way === "not_sent" ? `${number(way.count)} were not sent, and why` : `Why “${label(way.way)}”`}</h3>
      <ul>${way.reasons.map((each) => html`<li><button type="button" onClick=${() => toggle(`${way.way}${each.reason}`, `${base}/people`, { way: way.way, reason: each.reason, days }, each.reason)}>${each.reason}</button><b>${number(each.count)}</b></li>`)}</ul></div>`)}
  </section>`;
}

function MessageResults({ message, days, api, source, urls }) {
  const [open, setOpen] = useState(null);
  const opener = useRef(null);
  const rows = [["Sent", "sent", message.sent], ["Opened", "opened", message.opened], ["Clicked", "clicked", message.clicked], ["Bought", "orders", message.bought]];
  const money = message.bought && message.currency ? new Intl.NumberFormat("en", { style: "currency", currency: message.currency }).format(message.amount_minor / 100) : "";
  const show = (what, label, n) => {
    opener.current = document.activeElement;
    setOpen({ what, title: what === "orders" ? `${number(n)} ${n === 1 ? "order" : "orders"}` : `${number(n)} ${label.toLowerCase()}`, note: what === "orders" ? "Within 7 days of a click, at what each comes to now." : "" });
  };
  return html`<div class="jc-why"><h3>${message.bought ? `${percent(message.bought, message.sent)} bought${money ? `, for ${money} after returns` : ""}` : "What became of the message"}</h3>
    <div class="jc-bars">${rows.map(([label, what, n]) => html`<button type="button" key=${what} disabled=${!n} onClick=${() => show(what, label, n)}><span>${label}</span><span class="track"><i style=${`width:${message.sent ? Math.min(100, (100 * n) / message.sent) : 0}%`}></i></span><b>${number(n)}</b><span>${percent(n, message.sent)}</span></button>`)}</div>
    ${open && html`<${MessageRows} api=${api} title=${open.title} note=${open.note} what=${open.what} query=${{ source, days }} urls=${urls} onClose=${() => { setOpen(null); opener.current?.focus(); }} />`}</div>`;
}
