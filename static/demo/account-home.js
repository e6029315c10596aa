// The front of a customer's account: card for the till, money and points, friends; behind each, its page.
import { Icon } from "../parts/icons.js";
import { formatCount, formatMoney, isZero } from "../parts/money.js";
import { ErrorNote } from "../parts/notes.js";
import { QrImage } from "../parts/qr.js";
import { day } from "../parts/time.js";
import { html, useEffect, useState } from "../parts/ui.js";
import { config, report } from "./client.js";
import { useAnswer } from "./loyalty.js";

const whole = (money) => formatMoney(money).replace(/\.00$/, "");

/** The card: identifies at the till, and says what there is to spend. */
export function MemberCard({ loyalty, onCard, onPoints, compact = false }) {
  const { member, points, next_expiry: lapse } = loyalty;
  return html`<div role="group" class=${compact ? "member compact" : "member"} aria-label="Membership card"><svg class="member-waves" viewBox="0 0 358 80" preserveAspectRatio="none" aria-hidden="true"><path d="M0 30c60 0 60-20 120-20s60 20 120 20 60-20 118-20M0 52c60 0 60-20 120-20s60 20 120 20 60-20 118-20M0 74c60 0 60-20 120-20s60 20 120 20 60-20 118-20" /></svg>
    <button type="button" class="member-words" onClick=${onPoints}><span>${config.brand.name} member</span><b class="num member-sum">${formatCount(points.available)}</b><span>points${isZero(points.worth) ? "" : `, worth ${formatMoney(points.worth)}`}</span>
      ${points.held ? html`<small>${formatCount(points.held)} more kept for your bag</small>` : null}
      ${points.pending ? html`<small>${formatCount(points.pending)} more on their way</small>` : null}
      ${lapse ? html`<small>${formatCount(lapse.points)} lapse on ${day(lapse.at)}</small>` : null}</button>
    <button type="button" class="member-qr" onClick=${onCard}><${QrImage} text=${member.card} label=${`Membership card ${member.number}, to show at the till`} /><span>Show at the till</span></button></div>`;
}

export function CardLarge({ member }) {
  return html`<div class="card-large"><div class="qr"><${QrImage} text=${member.card} label=${`Membership card ${member.number}`} /></div><p class="short-code num">${member.number}</p><p class="muted small">It says who you are. It does not pay.</p></div>`;
}

/** For those who are no members yet: what it is, and one button. */
export function JoinCard({ api, onJoined }) {
  const [error, setError] = useState(null);
  const join = () => api.post("/me/loyalty/enrol", {}).then(onJoined, setError);
  return html`<section class="card you-card join-card"><h2>Points for what you buy</h2><p class="soft">In the shop, in the app and in our stores. They pay for what you buy next.</p><${ErrorNote} error=${error} title="We could not make you a member" /><button type="button" class="btn btn-primary btn-wide" onClick=${join}>Join ${config.brand.name}</button></section>`;
}

export async function share(referral, toasts) {
  const text = `Here is my code for ${config.brand.name}: ${referral.code}. ${whole(referral.friend_reward)} for you, ${whole(referral.member_reward)} for me.`;
  try {
    if (navigator.share) return await navigator.share({ text, url: referral.url });
    await navigator.clipboard.writeText(referral.url);
    toasts.show("Your link is copied");
  } catch (error) {
    if (error.name !== "AbortError") toasts.show(`Your code is ${referral.code}`, { icon: "gift" });
  }
  return undefined;
}

/** "1 friend joined, 1 on the way". */
export function friendsText({ rewarded, pending }) {
  const joined = rewarded ? `${rewarded} ${rewarded === 1 ? "friend" : "friends"} joined so far` : "No friend joined yet";
  return pending ? `${joined}, ${pending} on the way` : joined;
}

function FriendsCard({ referral, toasts, onOpen }) {
  if (!referral.is_open) return null;
  return html`<section class="card you-card friends"><button type="button" class="plain grow" onClick=${onOpen}><b>Give ${whole(referral.friend_reward)}, get ${whole(referral.member_reward)}</b><small>Your code <span class="code">${referral.code}</span></small><small class="muted">${friendsText(referral)}</small></button>
    <button type="button" class="btn btn-tonal" onClick=${() => share(referral, toasts)}><${Icon} name="share" />Share</button></section>`;
}

const WAITING = ["placed", "accepted", "picking", "ready"];

function Tiles({ api, loyalty, round, onWallet, onOrders }) {
  const codes = useAnswer(api, "/me/codes", { round });
  const orders = useAnswer(api, "/orders", { query: { limit: 20 }, round });
  const open = (codes.data?.items ?? []).filter((row) => row.state === "open").length;
  const parts = (orders.data?.items ?? []).flatMap((order) => order.fulfilments ?? []).filter((part) => part.kind === "pickup" && WAITING.includes(part.status));
  const ready = parts.filter((part) => part.status === "ready").length;
  return html`<div class="tiles-2"><button type="button" class="card tile-2" onClick=${onWallet}><span class="tile-head">Wallet<${Icon} name="wallet" /></span><b class="num">${formatMoney(loyalty.credit)}</b><small class="muted">Store credit${open ? `, ${open} ${open === 1 ? "code" : "codes"}` : ""}</small></button>
    <button type="button" class="card tile-2" onClick=${onOrders}><span class="tile-head">To collect<${Icon} name="box" /></span><b class="num">${parts.length === 1 ? "1 order" : `${parts.length} orders`}</b><small class="muted">${ready ? `${ready} ready now` : parts.length ? "Being prepared" : "Nothing waits"}</small></button></div>`;
}

function Row({ icon, title, detail, badge, onClick }) {
  return html`<li><button type="button" class="you-row" onClick=${onClick}><${Icon} name=${icon} /><span class="grow"><b class="medium">${title}</b>${detail ? html`<small class="muted">${detail}</small>` : null}</span>${badge ? html`<span class="badge">${badge}<span class="sr"> unread</span></span>` : null}<${Icon} name="right" /></button></li>`;
}

/** `extra`: rows of the client itself. `bag`: what stands between card and money. `card`: whether it is held up large. */
export function AccountHome({ api, loyalty, inbox, toasts, open, bag, card, onCard, extra = [], compact = false, round }) {
  const data = loyalty.data;
  const shown = card && data?.member ? data.member.card : null;
  // Held up to a till: the page around both devices offers to let the other one read it.
  useEffect(() => {
    if (!shown) return undefined;
    report("code", { code: shown });
    return () => report("code", { code: null });
  }, [shown]);
  return html`<div class=${compact ? "you-home compact" : "you-home"}>
    ${!data ? (loyalty.error ? html`<${ErrorNote} error=${loyalty.error} title="We could not load your points" onRetry=${loyalty.refresh} />` : html`<i class="bone" style="height:208px;border-radius:20px"></i>`)
      : data.member ? html`<${MemberCard} loyalty=${data} compact=${compact} onCard=${() => onCard(!card)} onPoints=${() => open("points")} />` : html`<${JoinCard} api=${api} onJoined=${loyalty.refresh} />`}
    ${shown ? html`<section class="card you-card"><${CardLarge} member=${data.member} /></section>` : null}
    ${bag}
    ${data ? html`<${Tiles} api=${api} loyalty=${data} round=${round} onWallet=${() => open("wallet")} onOrders=${() => open("orders")} />` : html`<i class="bone" style="height:104px;border-radius:14px"></i>`}
    ${data?.referral ? html`<${FriendsCard} referral=${data.referral} toasts=${toasts} onOpen=${() => open("friends")} />` : null}
    <ul class="card you-rows"><${Row} icon="bell" title="Messages" detail=${inbox.items?.[0]?.title} badge=${inbox.unread || null} onClick=${() => open("inbox")} />
      <${Row} icon="return" title="Orders and returns" onClick=${() => open("orders")} />
      <${Row} icon="clock" title="Everything that happened" onClick=${() => open("timeline")} />
      <${Row} icon="mail" title="What we may send you" onClick=${() => open("preferences")} />
      <${Row} icon="home" title="Where you live" onClick=${() => open("address")} />
      <${Row} icon="camera" title="Your handles and photos" onClick=${() => open("photos")} />
      ${extra.map((row) => html`<${Row} key=${row.title} ...${row} />`)}</ul></div>`;
}
