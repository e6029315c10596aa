// What came of messages: tiles, the way from sent to ordered, who did not get it and why. Every number opens its rows.
import { html, useRef, useState } from "../parts/ui.js";
import { WAYS, api, config, count, money } from "./common.js";
import { MessageRows } from "./rows.js";

const TITLES = { waiting: "waiting", sent: "sent", delivered: "delivered", opened: "opened it", clicked: "clicked in it", bounced: "bounced", unsubscribed: "unsubscribed", failed: "failed" };
const COLUMNS = ["sent", "delivered", "opened", "clicked", "bounced", "unsubscribed", "failed", "waiting"];
const HEADS = { unsubscribed: "Left" };
const rate = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(part && part / whole < 0.1 ? 1 : 0)}%` : "–");
const capital = (words) => words[0].toUpperCase() + words.slice(1);

/** A number that opens its rows; none where there are none. */
const Figure = ({ show, what, number, more, children }) =>
  number
    ? html`<button type="button" class="res-open" aria-label=${`${count(number)} ${what === "orders" ? "orders" : TITLES[what]}: show them`} onClick=${() => show(what, number, more)}>${children ?? count(number)}</button>`
    : html`<span>${children ?? count(0)}</span>`;

/** `scope` is what was counted: `{campaign}`, or `{template, days}`. */
export function ResultCards({ found, scope }) {
  const [open, setOpen] = useState(null);
  const opener = useRef(null);
  const { totals } = found;
  const show = (what, number, more = {}) => {
    opener.current = document.activeElement;
    const way = more.channel ? ` by ${WAYS[more.channel][0].toLowerCase()}` : more.hour !== undefined ? ` in hour ${more.hour + 1}` : "";
    setOpen(what === "orders"
      ? { what, title: `${count(number)} ${number === 1 ? "order" : "orders"}`, note: "Within 7 days of a click, at what each comes to now." }
      : { what, title: `${count(number)} ${TITLES[what]}${way}`, more });
  };
  const why = (more) => `${config.why}?${new URLSearchParams({ ...(scope.campaign ? { campaign: scope.campaign } : { template: scope.template, days: scope.days }), ...more })}`;
  const steps = [["Sent", "sent", totals.sent, found.audience], ["Delivered", "delivered", totals.delivered, totals.sent], ["Opened", "opened", totals.opened, totals.delivered], ["Clicked", "clicked", totals.clicked, totals.opened], ["Ordered", "orders", found.orders, totals.clicked]];
  const most = Math.max(1, found.audience ?? 0, totals.sent);
  const back = found.came_back.filter((each) => each.amount_minor > 0);
  return html`<div class="res-tiles">
      <div><span>Revenue</span><b><${Figure} show=${show} what="orders" number=${found.orders}>${found.revenue.length ? found.revenue.map(money).join(" + ") : money({ amount_minor: 0, currency: config.currency })}<//></b><small>${count(found.orders)} ${found.orders === 1 ? "order" : "orders"} within 7 days of a click${back.length ? `, after ${back.map(money).join(" + ")} that came back` : ""}</small></div>
      <div><span>Opened</span><b><${Figure} show=${show} what="opened" number=${totals.opened}>${rate(totals.opened, totals.delivered)}<//></b><small>${count(totals.opened)} of ${count(totals.delivered)} delivered</small></div>
      <div><span>Clicked</span><b><${Figure} show=${show} what="clicked" number=${totals.clicked}>${rate(totals.clicked, totals.delivered)}<//></b><small>${count(totals.clicked)} people, no scanners</small></div>
      <div><span>Left</span><b><${Figure} show=${show} what="unsubscribed" number=${totals.unsubscribed}>${rate(totals.unsubscribed, totals.delivered)}<//></b><small>${count(totals.unsubscribed)} unsubscribed, ${count(totals.bounced)} bounced</small></div>
    </div>
    <div class="res-grid">
      <section class="res-card"><h2>${found.audience === undefined ? "From sent to an order" : "From the audience to an order"}</h2><p>People at each step; the share is of the step before.</p>
        <ul class="res-funnel">${found.audience !== undefined && html`<li><span>Audience</span><span class="track"><i style=${`width:${(100 * found.audience) / most}%`} /></span><b><a class="res-open" href=${why({})} aria-label=${`${count(found.audience)} in the audience: show the verdict on each`}>${count(found.audience)}</a></b><em></em></li>`}
          ${steps.map(([name, what, value, before]) => html`<li key=${what}><span>${name}</span><span class="track"><i style=${`width:${Math.min(100, (100 * value) / most)}%`} /></span><b><${Figure} show=${show} what=${what} number=${value} /></b><em>${before === undefined ? "" : rate(value, before)}</em></li>`)}</ul></section>
      <section class="res-card"><h2>Who did not get it</h2><p>${found.refused.length || found.held ? "Each person has the reason; open it to see whom." : "Everybody did so far."}</p>
        <ul class="res-why">${found.held ? html`<li><a href=${why({ outcome: "held" })}><span>Waits for the end of quiet hours</span><b>${count(found.held)}</b></a></li>` : null}${found.refused.map((row) => html`<li key=${row.code}><a href=${why({ outcome: "refused", code: row.code })}><span>${row.reason}</span><b>${count(row.count)}</b></a></li>`)}</ul></section>
      ${found.hours && html`<section class="res-card is-wide"><h2>When they opened and clicked</h2><p>People by hour since it began, the first three days.</p><${Hours} rows=${found.hours} show=${show} /></section>`}
      <section class="res-card is-wide"><h2>By channel</h2><div class="res-scroll" tabindex="0" role="region" aria-label="By channel"><table><thead><tr><th scope="col">Channel</th>${COLUMNS.map((name) => html`<th scope="col" class="num">${HEADS[name] ?? capital(name)}</th>`)}</tr></thead>
        <tbody>${found.by_channel.map((row) => html`<tr key=${row.channel}><th scope="row">${WAYS[row.channel]?.[0] ?? row.channel}</th>${COLUMNS.map((name) => html`<td class="num"><${Figure} show=${show} what=${name} number=${row[name]} more=${{ channel: row.channel }} /></td>`)}</tr>`)}</tbody></table></div></section>
    </div>
    ${open && html`<${MessageRows} api=${api} title=${open.title} note=${open.note} what=${open.what} query=${{ ...scope, ...open.more }} urls=${config.urls} onClose=${() => { setOpen(null); opener.current?.focus(); }} />`}`;
}

/** Bars of two kinds by hour; the hour that is chosen tells its numbers, which open their people. */
function Hours({ rows, show }) {
  const [chosen, choose] = useState(null);
  if (!rows.length) return html`<p class="desk-hint">Nobody has yet. Opens come in over the first day.</p>`;
  const hours = Math.max(12, rows.at(-1).hour + 1);
  const most = Math.max(1, ...rows.map((row) => Math.max(row.opened, row.clicked)));
  const of = new Map(rows.map((row) => [row.hour, row]));
  const told = of.get(chosen);
  return html`<figure class="res-hours"><div class="bars" role="group" aria-label="By hour">${Array.from({ length: hours }, (_, hour) => {
      const row = of.get(hour);
      if (!row) return html`<span key=${hour} />`;
      const said = `Hour ${hour + 1}: ${count(row.opened)} opened, ${count(row.clicked)} clicked`;
      return html`<button type="button" key=${hour} title=${said} aria-label=${said} aria-pressed=${hour === chosen} onClick=${() => choose(hour === chosen ? null : hour)}><i class="o" style=${`height:${(100 * row.opened) / most}%`} /><i class="c" style=${`height:${(100 * row.clicked) / most}%`} /></button>`;
    })}</div>
    <figcaption><span>at once</span><span class="key"><i class="o" />opened<i class="c" />clicked</span><span>${hours} hours</span></figcaption>
    <p class="desk-hint" role="status">${told ? html`Hour ${told.hour + 1}: <${Figure} show=${show} what="opened" number=${told.opened} more=${{ hour: told.hour }}>${count(told.opened)} opened<//>, <${Figure} show=${show} what="clicked" number=${told.clicked} more=${{ hour: told.hour }}>${count(told.clicked)} clicked<//>` : "Choose an hour to see who it was."}</p></figure>`;
}
