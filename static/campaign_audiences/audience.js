// One audience: its rule as a sentence, who is in with what and why, and what platforms were told.
import { bySession, createApi } from "../parts/api.js";
import { when } from "../parts/time.js";
import { html, render, useEffect, useState } from "../parts/ui.js";
import { AudienceForm } from "./form.js";

const config = JSON.parse(document.getElementById("config").textContent);
const api = createApi({ credential: bySession });
const number = new Intl.NumberFormat("en");
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const FRESH_MS = 5_000;

const address = (pattern, id) => pattern.replace(config.nobody, id);
const count = (n, one, many) => `${number.format(n)} ${n === 1 ? one : many}`;

function Days({ days }) {
  const added = days.reduce((sum, each) => sum + each.added, 0);
  const removed = days.reduce((sum, each) => sum + each.removed, 0);
  const most = Math.max(1, ...days.map((each) => Math.max(each.added, each.removed)));
  const finding = added || removed ? `${count(added, "item", "items")} came in, ${number.format(removed)} went out` : "Nothing has moved yet";
  return html`<section class="aud-card" aria-labelledby="days-title">
    <header><div><h2 id="days-title">${finding}</h2><p>Items by day, 30 days</p></div>
      <p class="aud-key"><span><i></i>In</span><span class="out"><i></i>Out</span></p></header>
    <svg class="aud-chart" viewBox="0 0 600 132" preserveAspectRatio="none" role="img" aria-label=${`${finding} in 30 days. ${days.filter((each) => each.added || each.removed).map((each) => `${day.format(new Date(each.day))}: ${each.added} in, ${each.removed} out`).join("; ")}`}>
      <line x1="0" x2="600" y1="66" y2="66" />
      ${days.map((each, i) => html`<g key=${each.day}><title>${`${day.format(new Date(each.day))}: ${each.added} in, ${each.removed} out`}</title>
        <rect class="in" x=${i * 20 + 3} width="14" y=${66 - (each.added / most) * 62} height=${(each.added / most) * 62} rx="2" />
        <rect class="out" x=${i * 20 + 3} width="14" y="66" height=${(each.removed / most) * 62} rx="2" /></g>`)}
    </svg>
    <div class="aud-axis"><span>${day.format(new Date(days[0].day))}</span><span>most in a day: ${number.format(most)}</span><span>today</span></div>
  </section>`;
}

function tagOf(each) {
  if (!each.is_on) return ["", "Switched off"];
  if (!each.is_connected) return ["warn", "Not connected"];
  if (each.last_error) return ["bad", "Trying again"];
  return each.waiting ? ["warn", `${number.format(each.waiting)} waiting`] : ["ok", "Up to date"];
}

function Destinations({ audience, onSwitch, busy }) {
  return html`<section class="aud-card" aria-labelledby="dest-title">
    <header><div><h2 id="dest-title">${audience.destinations.length ? "Where it is sent" : "It is sent nowhere"}</h2><p>Only people who said yes to advertising</p></div>
      <p><a class="link" href=${config.calls_url}>Every call</a></p></header>
    ${audience.destinations.map((each) => {
      const [tone, words] = tagOf(each);
      return html`<div class="aud-dest" key=${each.id}>
        <div class="row"><b>${each.title}</b><span class=${`aud-tag ${tone}`}>${words}</span></div>
        ${each.is_connected ? null : html`<p>${each.missing}</p>`}
        ${each.last_error ? html`<p class="aud-error">${each.last_error}</p>` : null}
        <dl><dt>On the list there</dt><dd>${count(each.people, "person", "people")}</dd>
          ${each.last_sync_at ? html`<dt>Last told</dt><dd>${when(each.last_sync_at)}</dd>` : null}</dl>
        ${Object.keys(each.withheld).length ? html`<dl class="why">${Object.entries(each.withheld).map(([reason, people]) => html`<dt key=${reason}>${reason.replace(/\.$/, "")}</dt><dd>${number.format(people)}</dd>`)}</dl>` : null}
        ${config.may_change ? html`<div class="row"><button type="button" class="aud-button" disabled=${busy} onClick=${() => onSwitch(each)}>${each.is_on ? `Stop sending to ${each.title}` : `Send to ${each.title}`}</button></div>` : null}
      </div>`;
    })}
    ${audience.destinations.length ? null : html`<p class="aud-empty">Change the audience to send it to ${config.platforms.map((each) => each.title).join(" or ")}.</p>`}
  </section>`;
}

function Items({ id, changed }) {
  const [removed, setRemoved] = useState("no");
  const [rows, setRows] = useState(null);
  const [next, setNext] = useState(null);
  const load = async (cursor) => {
    const { data } = await api.get(`/audiences/${id}/items`, { query: { removed, cursor, limit: 20 } });
    setRows((old) => (cursor ? [...old, ...data.items] : data.items));
    setNext(data.next);
  };
  useEffect(() => {
    load().catch(() => setRows((old) => old ?? []));
  }, [removed, changed]);
  const gone = removed === "yes";
  return html`<section class="aud-card" aria-labelledby="items-title">
    <header><div><h2 id="items-title">${gone ? "Who left, and why" : "Who is in, with what and why"}</h2><p>Newest first</p></div>
      <div class="aud-tabs" role="group" aria-label="Which items">
        <button type="button" aria-pressed=${!gone} onClick=${() => setRemoved("no")}>In now</button>
        <button type="button" aria-pressed=${gone} onClick=${() => setRemoved("yes")}>Left</button></div></header>
    ${rows === null ? html`<div class="aud-bone" role="status" aria-label="Loading"></div>`
      : rows.length === 0 ? html`<p class="aud-empty">${gone ? "Nobody has left yet." : "Nobody is in yet. People come in as they look, buy or enter a segment; a new rule takes some seconds."}</p>`
      : html`<table><thead><tr><th>Item</th><th>Customer</th><th>${gone ? "Why it left" : "Why"}</th><th>${gone ? "Left" : "Since"}</th></tr></thead>
        <tbody>${rows.map((row) => html`<tr key=${row.id}>
          <td>${row.product ? html`<div class="aud-item">${row.product.image_url ? html`<img src=${row.product.image_url} alt="" loading="lazy" />` : html`<i class="none"></i>`}<a href=${address(config.product_url, row.product.id)}>${row.product.name}</a></div>` : "The customer"}</td>
          <td><a href=${address(config.customer_url, row.customer.id)}>${row.customer.name}</a></td>
          <td>${gone ? row.removed_reason : row.reason}${gone ? html`<div class="sub">was in: ${row.reason}</div>` : null}</td>
          <td>${when(gone ? row.removed_at : row.added_at)}</td></tr>`)}</tbody></table>`}
    ${next ? html`<div class="aud-more"><button type="button" class="aud-button" onClick=${() => load(next)}>Show more</button></div>` : null}
  </section>`;
}

function Page() {
  const [audience, setAudience] = useState(null);
  const [days, setDays] = useState(null);
  const [version, setVersion] = useState(null);
  const [edits, setEdits] = useState(!config.id);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);

  const load = async () => {
    const [one, moved] = await Promise.all([api.get(`/audiences/${config.id}`), api.get(`/audiences/${config.id}/days`)]);
    setAudience(one.data);
    setVersion(one.etag);
    setDays(moved.data.items);
  };
  useEffect(() => {
    if (!config.id) return undefined;
    load().catch(setError);
    const timer = setInterval(() => document.visibilityState === "visible" && !edits && load().catch(() => {}), FRESH_MS);
    return () => clearInterval(timer);
  }, [edits]);

  async function save(changes) {
    setBusy(true);
    setError(null);
    try {
      if (!config.id) {
        const { data } = await api.post("/audiences", changes);
        location.href = `${config.list_url}${data.id}/change/`;
        return;
      }
      await api.patch(`/audiences/${config.id}`, changes, { ifMatch: version });
      setEdits(false);
      await load();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  if (edits) {
    return html`<div class="aud-head"><h1>${config.id ? `Change ${audience?.name ?? ""}` : "New audience"}</h1></div>
      <${AudienceForm} config=${config} audience=${audience} error=${error} busy=${busy} onSave=${save}
        onCancel=${() => (config.id ? (setError(null), setEdits(false)) : (location.href = config.list_url))} />`;
  }
  if (!audience || !days) return error ? html`<p class="aud-note" role="alert">${error.message}</p>` : html`<div class="aud-bone" role="status" aria-label="Loading"></div>`;
  const flip = (each) => save({ destinations: audience.destinations.map((one) => ({ platform: one.platform, is_on: one.id === each.id ? !one.is_on : one.is_on })) });
  return html`
    ${error ? html`<p class="aud-note" role="alert">${error.message}</p>` : null}
    <header class="aud-head">
      <div><h1>${audience.name}<span class=${`aud-state ${audience.is_live ? "live" : ""}`}>${audience.is_live ? "Live" : "Paused"}</span></h1><p class="what">${audience.sentence}</p></div>
      ${config.may_change ? html`<div class="do"><button type="button" class="aud-button" disabled=${busy} onClick=${() => save({ is_live: !audience.is_live })}>${audience.is_live ? "Pause" : "Go live"}</button>
        <button type="button" class="aud-button first" onClick=${() => setEdits(true)}>Change audience</button></div>` : null}
    </header>
    <div class="aud-card"><div class="aud-sizes"><div><b>${number.format(audience.size.people)}</b><span>people now</span></div><div><b>${number.format(audience.size.items)}</b><span>items now</span></div></div></div>
    <div class="aud-grid"><${Days} days=${days} /><${Destinations} audience=${audience} busy=${busy} onSwitch=${flip} /></div>
    <${Items} id=${config.id} changed=${`${audience.size.people}/${audience.size.items}`} />
    <p><a class="link" href=${config.conversions_url}>What platforms were told of views, carts and purchases</a></p>`;
}

render(html`<${Page} />`, document.getElementById("audience"));
