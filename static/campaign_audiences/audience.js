// One audience: its rule as a sentence, who is in with what and why, and what platforms were told.
import { bySession, createApi } from "../parts/api.js";
import { when } from "../parts/time.js";
import { html, render, useEffect, useRef, useState } from "../parts/ui.js";
import { RowsDialog } from "../campaign_messages/rows.js";
import { AudienceForm } from "./form.js";

const config = JSON.parse(document.getElementById("config").textContent);
const api = createApi({ credential: bySession });
const number = new Intl.NumberFormat("en");
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const FRESH_MS = 5_000;

const address = (pattern, id) => pattern.replace(config.nobody, id);
const count = (n, one, many) => `${number.format(n)} ${n === 1 ? one : many}`;
const Customer = ({ customer }) => (customer ? html`<a href=${address(config.customer_url, customer.id)}>${customer.name}</a>` : html`<b>Somebody erased since</b>`);

/** A number that opens its rows. */
const Opening = ({ onOpen, label, children }) => html`<button type="button" class="aud-open" aria-label=${label} onClick=${onOpen}>${children}</button>`;

function Days({ days, onDay }) {
  const added = days.reduce((sum, each) => sum + each.added, 0);
  const removed = days.reduce((sum, each) => sum + each.removed, 0);
  const most = Math.max(1, ...days.map((each) => Math.max(each.added, each.removed)));
  const finding = added || removed ? `${count(added, "item", "items")} came in, ${number.format(removed)} went out` : "Nothing has moved yet";
  return html`<section class="aud-card" aria-labelledby="days-title">
    <header><div><h2 id="days-title">${finding}</h2><p>Items by day, 30 days</p></div>
      <p class="aud-key"><span><i></i>In</span><span class="out"><i></i>Out</span></p></header>
    <div class="aud-chart" role="group" aria-label=${`${finding} in 30 days`}>${days.map((each) => {
      const said = `${day.format(new Date(each.day))}: ${number.format(each.added)} in, ${number.format(each.removed)} out`;
      const bars = html`<i class="in" style=${`height:${(50 * each.added) / most}%`}></i><i class="out" style=${`height:${(50 * each.removed) / most}%`}></i>`;
      return each.added || each.removed ? html`<button type="button" key=${each.day} title=${said} aria-label=${`${said}: show them`} onClick=${() => onDay(each, said)}>${bars}</button>` : html`<span key=${each.day} title=${said}>${bars}</span>`;
    })}</div>
    <div class="aud-axis"><span>${day.format(new Date(days[0].day))}</span><span>most in a day: ${number.format(most)}</span><span>today</span></div>
  </section>`;
}

const STANDING = { there: "On the list there", waiting: "To be put on or taken off", withheld: "Not sent" };

function tagOf(each) {
  if (!each.is_on) return ["", "Switched off"];
  if (!each.is_connected) return ["warn", "Not connected"];
  if (each.last_error) return ["bad", "Trying again"];
  return each.waiting ? ["warn", "Not all told yet"] : ["ok", "Up to date"];
}

function Destinations({ audience, onSwitch, onPeople, busy }) {
  const figure = (each, standing, people, words, reason) => (people ? html`<${Opening} label=${`${words}: ${reason ?? STANDING[standing].toLowerCase()}, show them`} onOpen=${() => onPeople(each, standing, words, reason)}>${words}<//>` : words);
  return html`<section class="aud-card" aria-labelledby="dest-title">
    <header><div><h2 id="dest-title">${audience.destinations.length ? "Where it is sent" : "It is sent nowhere"}</h2><p>Only people who said yes to advertising</p></div>
      <p><a class="link" href=${config.calls_url}>Every call</a></p></header>
    ${audience.destinations.map((each) => {
      const [tone, words] = tagOf(each);
      return html`<div class="aud-dest" key=${each.id}>
        <div class="row"><b>${each.title}</b><span class=${`aud-tag ${tone}`}>${words}</span></div>
        ${each.is_connected ? null : html`<p>${each.missing}</p>`}
        ${each.last_error ? html`<p class="aud-error">${each.last_error}</p>` : null}
        <dl><dt>On the list there</dt><dd>${figure(each, "there", each.people, count(each.people, "person", "people"))}</dd>
          ${each.waiting ? html`<dt>To be put on or taken off</dt><dd>${figure(each, "waiting", each.waiting, count(each.waiting, "person", "people"))}</dd>` : null}
          ${each.last_sync_at ? html`<dt>Last told</dt><dd>${when(each.last_sync_at)}</dd>` : null}</dl>
        ${Object.keys(each.withheld).length ? html`<dl class="why">${Object.entries(each.withheld).map(([reason, people]) => html`<dt key=${reason}>${reason.replace(/\.$/, "")}</dt><dd>${figure(each, "withheld", people, number.format(people), reason)}</dd>`)}</dl>` : null}
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

/** What moved on a day: in, out, or both. */
function Moved({ row, on }) {
  const went = row.removed_at && on(row.removed_at);
  return html`<span><${Customer} customer=${row.customer} /><small>${row.product ? row.product.name : "The customer"}</small></span>
    <span class="end"><b>${on(row.added_at) ? (went ? "In and out" : "In") : "Out"}</b><small>${went ? row.removed_reason : row.reason}</small></span>`;
}

function Listed({ row }) {
  const doing = row.is_wanted === row.is_there ? "" : row.is_wanted ? "Will be put on" : "Will be taken off";
  return html`<span><${Customer} customer=${row.customer} /><small>${row.reason.replace(/\.$/, "")}</small></span>
    <span class="end"><b>${doing || (row.is_there ? "On the list" : "Not sent")}</b><small>${doing ? `due ${when(row.due_at)}` : row.changed_at ? `since ${when(row.changed_at)}` : ""}</small></span>`;
}

function Page() {
  const [audience, setAudience] = useState(null);
  const [days, setDays] = useState(null);
  const [zone, setZone] = useState("UTC");
  const [version, setVersion] = useState(null);
  const [edits, setEdits] = useState(!config.id);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const [rows, setRows] = useState(null);
  const opener = useRef(null);
  const show = (shown) => {
    opener.current = document.activeElement;
    setRows(shown);
  };
  const showDay = (each, title) => {
    const on = (moment) => new Date(moment).toLocaleDateString("sv-SE", { timeZone: zone }) === each.day;
    show({ title, load: (cursor) => api.get(`/audiences/${config.id}/items`, { query: { moved_on: each.day, cursor } }), show: (row) => html`<${Moved} row=${row} on=${on} />` });
  };
  const showPeople = (each, standing, words, reason) =>
    show({
      title: `${each.title}: ${words}`, note: (reason ?? STANDING[standing]).replace(/\.$/, ""),
      load: (cursor) => api.get(`/audiences/${config.id}/destinations/${each.platform}/people`, { query: { standing, reason, cursor } }),
      show: (row) => html`<${Listed} row=${row} />`,
    });

  const load = async () => {
    const [one, moved] = await Promise.all([api.get(`/audiences/${config.id}`), api.get(`/audiences/${config.id}/days`)]);
    setAudience(one.data);
    setVersion(one.etag);
    setDays(moved.data.items);
    setZone(moved.data.time_zone);
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
    <div class="aud-card"><div class="aud-sizes"><div><b><a href="#items-title">${number.format(audience.size.people)}</a></b><span>people now</span></div><div><b><a href="#items-title">${number.format(audience.size.items)}</a></b><span>items now</span></div></div></div>
    <div class="aud-grid"><${Days} days=${days} onDay=${showDay} /><${Destinations} audience=${audience} busy=${busy} onSwitch=${flip} onPeople=${showPeople} /></div>
    <${Items} id=${config.id} changed=${`${audience.size.people}/${audience.size.items}`} />
    <p><a class="link" href=${config.conversions_url}>What platforms were told of views, carts and purchases</a></p>
    ${rows && html`<${RowsDialog} ...${rows} onClose=${() => { setRows(null); opener.current?.focus(); }} />`}`;
}

render(html`<${Page} />`, document.getElementById("audience"));
