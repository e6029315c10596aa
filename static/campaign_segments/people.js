// Who is in it now: how many, how they may be reached, ten of them with the reason, and anybody one asks for.
import { Icon } from "../parts/icons.js";
import { cls, html, useRef, useState } from "../parts/ui.js";

const whole = (n) => n.toLocaleString("en");
const share = (count, of) => (of ? (count / of > 0.1 ? Math.round((1000 * count) / of) / 10 : Math.round((10000 * count) / of) / 100) : 0);
const initials = (name) => name.split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase() || "?";
const REACH = [["email", "By email"], ["push", "By app"], ["sms", "By text"]];

export function People({ preview, nothing, config, api, tree, members, onOthers }) {
  const answer = nothing ? null : preview.answer;
  const profile = (id) => config.profile_url.replace(config.blank, id);
  const wrong = preview.errors.length > 0;
  return html`<aside class="sb-right" aria-label="Who is in it">
    <section class="sb-now">
      <h2>In this segment now</h2>
      <p class=${cls("sb-big", { "is-old": preview.waiting || wrong })} role="status" aria-label=${answer && !wrong ? `${whole(answer.count)} people` : "Not counted"}>${answer ? whole(answer.count) : "–"}</p>
      <p class="sb-of">${nothing ? "Add a condition to see how many." : wrong ? "Put right what is marked, and it is counted again." : answer ? `of ${whole(answer.of)} customers, ${share(answer.count, answer.of)}%. Counted in ${(answer.took_ms / 1000).toFixed(answer.took_ms < 95 ? 2 : 1)} s.` : "Counting…"}</p>
      ${members ? html`<p><a class="sb-link" href=${members}>Everybody in it, since when and why</a></p>` : null}
      <dl class="sb-reach">${REACH.map(([name, label]) => {
        const reach = answer?.reach?.[name];
        return html`<div><dt>${label}</dt><dd class="sb-bar" aria-hidden="true"><i style=${`width:${reach && answer.count ? (100 * reach) / answer.count : 0}%`}></i></dd><dd>${reach === undefined ? "–" : whole(reach)}</dd></div>`;
      })}</dl>
      <p class="sb-of">${answer?.reach ? `You may write to ${whole(Math.min(answer.reach.any, answer.count))} of them; ${whole(Math.max(answer.count - answer.reach.any, 0))} gave no consent or have no address.` : "\u00a0"}</p>
    </section>
    <section>
      <div class="sb-peoplehead"><h2>${answer?.count ? `${sampled(answer)}, and why` : "Some of them, and why"}</h2>${answer && answer.count > 10 ? html`<button type="button" class="sb-link" onClick=${onOthers}>Show others</button>` : null}</div>
      ${answer?.sample.length
        ? html`<ul class="sb-people">${answer.sample.map((row) => html`<li key=${row.customer}><span class="sb-face" aria-hidden="true">${initials(row.name)}</span><div><a href=${profile(row.customer)} target="_blank" rel="noopener">${row.name}</a><p>${row.reasons.slice(0, 3).map((reason, n) => html`<span class=${n ? "" : "is-main"}>${reason}. </span>`)}</p></div></li>`)}</ul>`
        : html`<p class="sb-none">${nothing ? "Ten people show here as soon as there is a rule, each with the reason." : answer && !wrong ? "Nobody matches. Loosen a condition: the numbers beside them say which one is the narrowest." : ""}</p>`}
    </section>
    ${nothing ? null : html`<${TryWith} api=${api} tree=${tree} />`}
  </aside>`;
}

const sampled = (answer) => (answer.count > answer.sample.length ? `${answer.sample.length} of them` : answer.count === 1 ? "This person" : `All ${answer.count}`);

function TryWith({ api, tree }) {
  const [found, setFound] = useState(null);
  const [told, setTold] = useState(null);
  const timer = useRef(0);
  const search = (q) => {
    clearTimeout(timer.current);
    setTold(null);
    if (q.trim().length < 2) return setFound(null);
    timer.current = setTimeout(() => api.get("/customers", { query: { q } }).then(({ data }) => setFound(data.items.slice(0, 5)), () => setFound([])), 250);
  };
  const choose = (row) =>
    api.post("/segments/preview", { tree, sample: 0, customer: row.id }, { key: "" }).then(
      ({ data }) => setTold({ ...data.person, name: nameOf(row) }),
      (error) => setTold({ inside: false, name: nameOf(row), reason: error.message }),
    );
  return html`<section class="sb-try">
    <label for="sb-try">Try with a person</label>
    <input id="sb-try" type="search" placeholder="Name, email or number" autocomplete="off" onInput=${(event) => search(event.target.value)} />
    ${found ? html`<ul>${found.map((row) => html`<li key=${row.id}><button type="button" class="sb-link" onClick=${() => choose(row)}>${nameOf(row)}</button></li>`)}${found.length ? null : html`<li>Nobody is called that.</li>`}</ul>` : null}
    ${told ? html`<p class=${cls("sb-told", told.inside ? "is-in" : "is-out")} role="status"><${Icon} name=${told.inside ? "check" : "x"} /><span><b>${told.name} ${told.inside ? "is in it" : "is not in it"}.</b> ${told.reason}.</span></p>` : null}
  </section>`;
}

const nameOf = (row) => `${row.first_name ?? ""} ${row.last_name ?? ""}`.trim() || row.email || row.number;
