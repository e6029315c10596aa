// The pages behind a customer's account: points, wallet, friends, messages, preferences, history.
import { ChannelMark, channelOf } from "../parts/channels.js";
import { Icon } from "../parts/icons.js";
import { formatCount, formatMoney, money } from "../parts/money.js";
import { EmptyState, ErrorNote } from "../parts/notes.js";
import { QrImage } from "../parts/qr.js";
import { day, when } from "../parts/time.js";
import { html, useEffect, useState } from "../parts/ui.js";
import { friendsText, share } from "./account-home.js";
import { Address, Photos } from "./account-self.js";
import { useAnswer } from "./loyalty.js";

export const PAGES = { points: "Your points", wallet: "Wallet", friends: "Bring a friend", inbox: "Messages", preferences: "What we may send you", address: "Where you live", photos: "Your handles and photos", timeline: "Everything that happened" };

const Bones = () => html`<i class="bone" style="height:64px"></i><i class="bone" style="height:64px"></i>`;

/** A list that is read page by page. */
function usePages(api, path, query = {}, round = 0) {
  const [state, setState] = useState({ items: null, next: null, error: null });
  const key = JSON.stringify([path, query]);
  useEffect(() => {
    let live = true;
    setState((old) => (old.key === key ? old : { items: null, next: null, error: null, key }));
    api.get(path, { query }).then(({ data }) => live && setState({ ...data, error: null, key }), (error) => live && setState((old) => ({ ...old, error })));
    return () => (live = false);
  }, [key, round]);
  const more = () => api.get(path, { query: { ...query, cursor: state.next } }).then(({ data }) => setState((old) => ({ ...old, items: [...old.items, ...data.items], next: data.next })));
  return { ...state, more: state.next ? more : null };
}

const signed = (count, show) => `${count < 0 ? "−" : "+"}${show(Math.abs(count))}`;

function Movements({ api, unit, round }) {
  const found = usePages(api, "/me/loyalty/statement", { unit, limit: 20 }, round);
  if (found.error && !found.items) return html`<${ErrorNote} error=${found.error} title="We could not load this" />`;
  if (!found.items) return html`<${Bones} />`;
  const show = (row) => (row.unit === "points" ? formatCount : (minor) => formatMoney(money(minor, row.currency)));
  return html`<ul class="moves">${found.items.map((row) => html`<li key=${row.id}><span class="grow"><b class="medium">${row.reason}</b><small class="muted">${when(row.at)}${row.channel && row.channel !== "system" ? `, ${channelOf(row.channel).on}` : ""}</small></span>
      <span class=${row.amount > 0 ? "num ok" : "num"}>${row.amount ? signed(row.amount, show(row)) : row.pending ? html`<span class="soft">${signed(row.pending, show(row))} soon</span>` : "0"}</span></li>`)}</ul>
    ${found.more ? html`<button type="button" class="btn btn-wide" onClick=${found.more}>Show more</button>` : null}`;
}

function Points({ api, loyalty, round }) {
  const { points, next_expiry: lapse } = loyalty;
  return html`<div class="sum-card"><b class="num">${formatCount(points.available)}</b><span>points, worth ${formatMoney(points.worth)}</span></div>
    <dl class="facts wide-facts">${points.held ? html`<div><dt>Kept for your bag</dt><dd class="num">${formatCount(points.held)}</dd></div>` : null}<div><dt>On their way</dt><dd class="num">${formatCount(points.pending)}</dd></div>
      <div><dt>Lapse next</dt><dd class="num">${lapse ? `${formatCount(lapse.points)} on ${day(lapse.at)}` : "None"}</dd></div></dl>
    <${Movements} api=${api} unit="points" round=${round} />`;
}

const STATE = { used: "Used", expired: "Lapsed", revoked: "Taken back", paused: "Resting" };

function CodeCard({ row, onUse }) {
  const usable = row.state === "open";
  return html`<li class="voucher" data-state=${row.state}><span class="grow"><b>${row.label}</b><small class="soft">${row.reason}</small>${row.items.length ? html`<small class="muted">For ${row.items.map((item) => item.name).join(", ")}</small>` : null}
      <small class="muted">${usable ? (row.expires_at ? `Until ${day(row.expires_at)}` : "No end date") : STATE[row.state] ?? row.state}</small><span class="code">${row.code}</span></span>
    ${usable && onUse ? html`<button type="button" class="btn" aria-label=${`Use ${row.code}`} onClick=${() => onUse(row.code)}>Use</button>` : null}</li>`;
}

function Wallet({ api, loyalty, onUse, round }) {
  const codes = useAnswer(api, "/me/codes", { round });
  const items = codes.data?.items ?? [];
  return html`<div class="sum-card"><b class="num">${formatMoney(loyalty.credit)}</b><span>store credit, for anything, at the check-out</span></div>
    <h2 class="page-head">Codes of yours</h2>
    <${ErrorNote} error=${codes.error} title="We could not load your codes" onRetry=${codes.retry} />
    ${codes.data ? (items.length ? html`<ul class="vouchers">${items.map((row) => html`<${CodeCard} key=${row.code} row=${row} onUse=${onUse} />`)}</ul>` : html`<p class="soft">None at present. What we send you is kept here.</p>`) : codes.error ? null : html`<${Bones} />`}
    <h2 class="page-head">Credit so far</h2><${Movements} api=${api} unit=${`credit:${loyalty.credit.currency}`} round=${round} />`;
}

function Friends({ loyalty, toasts }) {
  const referral = loyalty.referral;
  if (!referral?.is_open) return html`<${EmptyState} icon="gift" title="Nothing to give just now">When friends can join by your code again, it stands here.<//>`;
  return html`<p class="soft">A friend who has never bought here uses your code at their first order. Once it is settled, ${formatMoney(referral.friend_reward)} is theirs and ${formatMoney(referral.member_reward)} yours.</p>
    <div class="card-large"><div class="qr"><${QrImage} text=${referral.url} label="QR code of your link for friends" /></div><p class="short-code">${referral.code}</p></div>
    <button type="button" class="btn btn-primary btn-wide" onClick=${() => share(referral, toasts)}><${Icon} name="share" />Share my link</button>
    <dl class="facts wide-facts"><div><dt>Friends joined</dt><dd class="num">${referral.rewarded}</dd></div><div><dt>On the way</dt><dd class="num">${referral.pending}</dd></div></dl><p class="sr">${friendsText(referral)}</p>`;
}

function Inbox({ inbox }) {
  const [open, setOpen] = useState(null);
  if (inbox.error && !inbox.items) return html`<${ErrorNote} error=${inbox.error} title="We could not load your messages" />`;
  if (!inbox.items) return html`<${Bones} />`;
  if (!inbox.items.length) return html`<${EmptyState} icon="bell" title="No messages">What we have to tell you waits here, up to date whenever you look.<//>`;
  const look = (message) => (setOpen(open === message.id ? null : message.id), inbox.read(message).catch(() => {}));
  return html`<ul class="messages">${inbox.items.map((message) => html`<li key=${message.id} class="card" data-unread=${message.read_at ? undefined : ""}><button type="button" class="plain" aria-expanded=${open === message.id} onClick=${() => look(message)}>
      <span class="grow"><b>${message.title}</b><small class="muted">${when(message.at)}${message.read_at ? "" : ", new"}</small></span><${Icon} name="down" /></button>
    ${open === message.id ? html`<div class="message-body"><p>${message.body}</p>${message.action ? html`<a class="btn btn-tonal" href=${message.action.url} target="_blank" rel="noopener">${message.action.label}</a>` : null}</div>` : null}</li>`)}</ul>`;
}

function Preferences({ api, toasts }) {
  const found = useAnswer(api, "/me/preferences");
  const [busy, setBusy] = useState(null);
  if (!found.data) return found.error ? html`<${ErrorNote} error=${found.error} title="We could not load this" onRetry=${found.retry} />` : html`<${Bones} />`;
  async function set(row) {
    const key = `${row.channel} ${row.purpose}`;
    setBusy(key);
    try {
      const { data } = await api.put("/me/preferences", { choices: [{ channel: row.channel, purpose: row.purpose, granted: !row.granted }] });
      found.replace(data);
    } catch (error) {
      toasts.show(error.message, { icon: "alert" });
    } finally {
      setBusy(null);
    }
  }
  return html`<p class="soft">For ${found.data.address}. It holds everywhere: in mails, here and in our stores.</p>
    <ul class="toggles">${found.data.choices.map((row) => html`<li key=${`${row.channel} ${row.purpose}`}><button type="button" role="switch" class="toggle" aria-checked=${row.granted} disabled=${busy === `${row.channel} ${row.purpose}`} onClick=${() => set(row)}>
      <span class="grow"><b class="medium">${row.label}</b><small class="muted">${row.granted ? (row.since ? `Yes since ${day(row.since)}` : "Yes, unless you say no") : row.since ? `No since ${day(row.since)}` : "Not unless you say yes"}</small></span><i aria-hidden="true"></i></button></li>`)}</ul>`;
}

function Timeline({ api }) {
  const found = usePages(api, "/me/timeline", { limit: 25 });
  if (found.error && !found.items) return html`<${ErrorNote} error=${found.error} title="We could not load your history" />`;
  if (!found.items) return html`<${Bones} />`;
  if (!found.items.length) return html`<${EmptyState} icon="clock" title="Nothing yet">What you do in the shop, in the app and in our stores shows here.<//>`;
  return html`<ol class="moves timeline">${found.items.map((row) => html`<li key=${row.id}><span class=${`mark ch-${channelOf(row.channel).tone}`}><${Icon} name=${channelOf(row.channel).icon} /></span><span class="grow"><span>${row.sentence}</span><small class="muted">${when(row.at)}${row.store ? `, ${row.store.name}` : ""}</small></span><span class="sr"><${ChannelMark} channel=${row.channel} /></span></li>`)}</ol>
    ${found.more ? html`<button type="button" class="btn btn-wide" onClick=${found.more}>Show more</button>` : null}`;
}

export function AccountPage({ page, api, loyalty, inbox, toasts, onUse, round }) {
  const data = loyalty.data;
  if (["points", "wallet", "friends"].includes(page) && !data) return html`<${Bones} />`;
  if (page === "points") return html`<${Points} api=${api} loyalty=${data} round=${`${round} ${data.points.available} ${data.points.pending}`} />`;
  if (page === "wallet") return html`<${Wallet} api=${api} loyalty=${data} onUse=${onUse} round=${`${round} ${data.credit.amount_minor}`} />`;
  if (page === "friends") return html`<${Friends} loyalty=${data} toasts=${toasts} />`;
  if (page === "address") return html`<${Address} api=${api} toasts=${toasts} />`;
  if (page === "photos") return html`<${Photos} api=${api} />`;
  if (page === "inbox") return html`<${Inbox} inbox=${inbox} />`;
  return page === "preferences" ? html`<${Preferences} api=${api} toasts=${toasts} />` : html`<${Timeline} api=${api} />`;
}
