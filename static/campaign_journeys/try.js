// A journey tried with a real customer: the way they would take, waits skipped, nothing of it kept.
import { Icon } from "../parts/icons.js";
import { html, useEffect, useRef, useState } from "../parts/ui.js";
import { zone as timeZone } from "../parts/zone.js";

const moment = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const ENDS = { goal: "reached the goal", exited: "left", done: "came to the end", active: "still on the way", stopped: "stopped here" };

export function TryPanel({ api, home, steps, kinds, onWalked, onClose, config }) {
  const [q, setQ] = useState("");
  const [found, setFound] = useState([]);
  const [told, setTold] = useState(null);
  const [problem, setProblem] = useState("");
  const [answers, setAnswers] = useState({});
  const input = useRef(null);
  useEffect(() => {
    input.current?.focus();
  }, []);
  useEffect(() => {
    if (q.trim().length < 2) return setFound([]), undefined;
    const timer = setTimeout(() => api.get("/customers", { query: { q: q.trim(), limit: 6 } }).then(({ data }) => setFound(data.items)).catch((error) => setProblem(error.message)), 250);
    return () => clearTimeout(timer);
  }, [q]);
  const go = async (customer, given = answers) => {
    setProblem("");
    try {
      const { data } = await api.post(`${home}/simulate`, { customer, graph: { steps }, answers: given });
      setTold(data);
      onWalked(new Map(data.runs.map((run) => [run.step, run.way])));
    } catch (error) {
      setProblem(error.message);
    }
  };
  const waits = steps.filter((step) => step.kind === "wait" && step.settings.event);
  return html`<aside class="jc-panel" aria-label="Try with a person" onKeyDown=${(e) => e.key === "Escape" && onClose()}>
    <header><div><h2>Try with a person</h2><p>Nothing is sent, given or kept.</p></div><button type="button" class="jc-icon" aria-label="Close" onClick=${onClose}><${Icon} name="x" /></button></header>
    <div class="jc-field"><label for="jc-who">Who?</label><input id="jc-who" ref=${input} type="search" autocomplete="off" placeholder="Name, email or number" value=${q} onInput=${(e) => setQ(e.target.value)} /></div>
    ${found.length > 0 && html`<ul class="jc-found">${found.map((each) => html`<li key=${each.id}><button type="button" onClick=${() => go(each.id)}><b>${[each.first_name, each.last_name].filter(Boolean).join(" ") || each.name || each.email || each.number}</b><span>${each.email ?? each.number}</span></button></li>`)}</ul>`}
    ${waits.map((step) => html`<label class="jc-flag" key=${step.id}><input type="checkbox" checked=${answers[step.id] === "event"} onChange=${(e) => { const next = { ...answers, [step.id]: e.target.checked ? "event" : "timeout" }; setAnswers(next); if (told) go(told.customer.id, next); }} />${step.name || "Wait"}: what they wait for happens</label>`)}
    ${problem && html`<p class="wrong block" role="alert"><${Icon} name="alert" />${problem}</p>`}
    ${told && html`<section role="status"><h3><a href=${config.customer.replace("{id}", told.customer.id)}>${told.customer.name}</a>: ${ENDS[told.end] ?? told.end}</h3>
      <ol class="jc-walk">${told.runs.map((run) => html`<li><b>${run.name || kinds.get(run.kind)?.title || run.kind}</b><time>${moment.format(new Date(run.at))}</time><p>${run.reason || run.way}</p></li>`)}</ol></section>`}
  </aside>`;
}
