// What comes in from a source, as it comes in: how each message was understood, and what was refused and why.
import { bySession, createApi } from "../parts/api.js";
import { Icon } from "../parts/icons.js";
import { cls, html, render, useEffect, useState } from "../parts/ui.js";

const root = document.getElementById("watch");
const api = createApi({ credential: bySession });
const LOOK_AGAIN_MS = 2000;
const STATES = { stored: ["ok", "Stored"], seen_before: ["", "Seen before"], refused: ["danger", "Refused"] };
const TIMES = { corrected: "clock corrected", future: "said to be in the future", ancient: "said to be long ago" };
const DOUBTS = {
  unknown_user: "joins nobody: we know no such user", other_verified_email: "joins nobody: somebody else proved that address",
  held_by_other: "joins nobody: another customer's browser", blocked: "joins nobody: several people use this browser",
  two_customers: "joins nobody: two customers stay two", storm: "joins nobody: too many at once", shared_device: "joins nobody: a shared device",
  same: "joins nobody: both names are the same", blocked_value: "joins nobody: this id stands for no person", too_many: "joins nobody: too many ids already",
};
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

function Watch() {
  const [state, setState] = useState(null);
  const [only, setOnly] = useState("");
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      try {
        setState((await api.get(`/sources/${root.dataset.source}/latest`)).data);
        setProblem("");
      } catch (error) {
        setProblem(error.message);
      }
    };
    look();
    const timer = setInterval(look, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  if (!state) return html`<p class="watch-empty" role="status">${problem || "Looking …"}</p>`;
  const rows = state.items.filter((row) => !only || row.state === only);
  return html`
    <header><div><h2>${root.dataset.name}</h2><p>Renews itself every two seconds. The key ends in ${root.dataset.hint}.</p></div>
      <div role="group" aria-label="Show"><button type="button" aria-pressed=${!only} onClick=${() => setOnly("")}>All</button>
      ${Object.entries(STATES).map(([code, [, name]]) => html`<button type="button" key=${code} aria-pressed=${only === code} onClick=${() => setOnly(code)}>${name} <b>${(state.counts[code] ?? 0).toLocaleString("en")}</b></button>`)}</div></header>
    ${problem && html`<p class="danger" role="alert">${problem}</p>`}
    ${rows.length ? html`<ol>${rows.map((row, position) => html`<${Row} key=${row.at + position} row=${row} />`)}</ol>` : html`<p class="watch-empty">${
      only ? "Nothing of this kind lately." : "Nothing came yet. Give the write key and this address to a Segment library: "}${!only && html`<code>${location.origin}</code>`}</p>`}`;
}

function Row({ row }) {
  const [tone, name] = STATES[row.state];
  const notes = [row.is_bot && "a machine", row.is_echo && !row.is_bot && "echo: we record this ourselves", TIMES[row.time], DOUBTS[row.code]].filter(Boolean);
  return html`<li class=${cls({ bad: row.state === "refused" })}>
    <time>${clock.format(new Date(row.at))}</time><span class=${`watch-tag ${tone}`}>${name}</span>
    <details><summary>${row.state === "refused" ? html`<b>${row.title}</b> <code>${row.code}</code>` : html`<b>${row.name}</b> ${row.type !== row.name && html`<span>${row.type}</span>`}`}
      <small>${[row.who && `by ${row.who}`, ...notes].filter(Boolean).join(" · ") || `message ${row.index + 1} of its batch`}</small></summary>
      <pre>${JSON.stringify(row.data ?? { message_id: row.message_id, index: row.index }, null, 1)}</pre></details></li>`;
}

render(html`<${Watch} />`, root);
