// Who stands at the counter: points and credit, what is open for them, what to tell them, what they looked at.
import { useAttempt } from "../parts/attempt.js";
import { channelOf } from "../parts/channels.js";
import { Icon } from "../parts/icons.js";
import { formatCount, formatMoney, isZero } from "../parts/money.js";
import { ErrorNote, FieldError, Note } from "../parts/notes.js";
import { Sheet } from "../parts/sheet.js";
import { day, when } from "../parts/time.js";
import { html, useState } from "../parts/ui.js";
import { balanceUrl, config } from "./client.js";
import { useAnswer, useLoyalty } from "./loyalty.js";
import { first, initials } from "./tablet-find.js";
import { BoughtCard } from "./tablet-returns.js";

/**
 * Everything the panel shows.
 * round    moves with every change of the cart: offers stand with it.
 * settled  moves when something was paid or somebody enrolled. Money is asked then, and when it moved: each look is on record.
 */
export function useCustomer(api, customer, round, settled) {
  const at = customer?.id ? `/customers/${customer.id}` : null;
  const ask = (path, options = {}) => useAnswer(api, `${at}${path}`, { when: Boolean(at), round, ...options });
  return {
    loyalty: useLoyalty(api, { path: `${at}/loyalty`, who: customer?.id, url: customer?.id ? balanceUrl(`?customer=${customer.id}`) : null, round: settled }),
    offers: ask("/offers"),
    prompts: ask("/prompts"),
    looked: ask("/timeline", { query: { kind: "visits", limit: 6 } }),
  };
}

export function CustomerCard({ customer, known, version, connection, onClose, onMore, onEnrol }) {
  const data = known.loyalty.data;
  const card = data?.member ? `${config.brand.name} member since ${new Date(data.member.joined_at).getFullYear()}` : null;
  return html`<section class="card who" aria-label="Customer"><span class="avatar">${initials(customer.name)}</span>
    <div class="grow"><h1 class="clip">${customer.name}</h1><p class="muted small clip who-short">${data?.member ? `Member, ${formatCount(data.points.available)} points` : customer.email ?? customer.phone ?? "Walk-in"}</p><p class="muted small clip who-long">${card ?? customer.email ?? customer.phone ?? "Walk-in"}</p></div>
    <span class="v"><span class=${`dot ${connection === "live" ? "" : "slow"}`}></span>${version ? `version ${version}` : "no cart yet"}</span>
    ${customer.id ? html`<button type="button" class="btn btn-icon btn-quiet who-more" aria-label=${`More about ${first(customer.name)}`} onClick=${onMore}><${Icon} name="user" /></button>` : html`<button type="button" class="btn who-more" onClick=${onEnrol}>Enrol</button>`}
    <button type="button" class="btn btn-icon btn-quiet" aria-label="Serve someone else" onClick=${onClose}><${Icon} name="x" /></button></section>`;
}

function Prompts({ api, customer, prompts }) {
  const [told, setTold] = useState([]);
  const rows = (prompts.data?.items ?? []).filter((row) => !told.includes(row.id));
  if (!rows.length) return null;
  const tell = async (row) => {
    setTold([...told, row.id]);
    await api.post(`/customers/${customer.id}/prompts/${row.id}/told`).catch(() => setTold((old) => old.filter((id) => id !== row.id)));
  };
  return html`<section class="card prompts" aria-label="Tell them about"><h2>Tell ${first(customer.name)} about</h2><ul>${rows.map((row) => html`<li key=${row.id}><p class="grow">${row.words}</p><button type="button" class="btn" onClick=${() => tell(row)}>Told</button></li>`)}</ul></section>`;
}

function Purse({ customer, loyalty, canUse, onUse, onEnrol }) {
  const data = loyalty.data;
  if (!customer.id) return html`<section class="card purse"><div class="grow"><b>Not known yet</b><p class="muted small">Points begin with a name.</p></div><button type="button" class="btn" onClick=${onEnrol}>Enrol</button></section>`;
  if (!data) return loyalty.error ? html`<section class="card purse"><p class="muted small">Points are not in reach just now.</p></section>` : html`<section class="card purse"><i class="bone" style="width:60%;height:40px"></i></section>`;
  if (!data.member) return html`<section class="card purse"><div class="grow"><b>No member yet</b><p class="muted small">Two taps, and this purchase earns points.</p></div><button type="button" class="btn" onClick=${onEnrol}>Enrol</button></section>`;
  const { points, credit, next_expiry: lapse } = data;
  return html`<section class="card purse" aria-label="Points and credit"><div class="grow"><p class="purse-sum"><b class="num">${formatCount(points.available + points.held)}</b> points</p>
      <p class="muted small">${isZero(points.worth) ? "" : `worth ${formatMoney(points.worth)} today`}${points.held ? `, ${formatCount(points.held)} kept here` : ""}</p>
      ${isZero(credit) ? null : html`<p class="small"><b class="num">${formatMoney(credit)}</b> <span class="muted">store credit</span></p>`}
      ${lapse ? html`<p class="muted small">${formatCount(lapse.points)} lapse on ${day(lapse.at)}</p>` : null}</div>
    <button type="button" class="btn" disabled=${!canUse} onClick=${onUse}>Use points</button></section>`;
}

function Offers({ customer, offers, onCode }) {
  const codes = (offers.data?.codes ?? []).filter((row) => row.state === "open");
  const open = offers.data?.offers ?? [];
  if (!codes.length && !open.length) return null;
  return html`<section class="card offers" aria-label="Offers"><h2>Open for ${first(customer.name)}</h2><ul>
    ${codes.map((row) => html`<li key=${row.code}><span class="grow"><b class="medium">${row.label}</b><small class="muted"><span class="code">${row.code}</span>${row.expires_at ? ` until ${day(row.expires_at)}` : ""}</small></span><button type="button" class="btn" aria-label=${`Use ${row.code}`} onClick=${() => onCode(row.code)}>Use</button></li>`)}
    ${open.slice(0, 4).map((row) => html`<li key=${row.id}><span class="grow"><b class="medium">${row.label}</b><small class=${row.applies ? "ok" : "muted"}>${row.applies ? `In this cart${row.amount?.amount_minor ? `, −${formatMoney({ ...row.amount, amount_minor: Math.abs(row.amount.amount_minor) })}` : ""}` : row.why}</small></span></li>`)}</ul></section>`;
}

function Looked({ looked }) {
  const rows = looked.data?.items ?? [];
  if (!rows.length) return null;
  return html`<section class="card looked" aria-label="Looked at"><h2>Looked at</h2><ul>${rows.map((row) => html`<li key=${row.id} class=${`ch-${channelOf(row.channel).tone}`}><${Icon} name=${channelOf(row.channel).icon} /><span class="grow">${row.sentence}</span><time class="muted" datetime=${row.at}>${when(row.at)}</time></li>`)}</ul></section>`;
}

/** All of it: beside the cart where there is room, else in a sheet. */
export function CustomerPanel({ api, customer, known, canUse, onUse, onEnrol, onCode, round, onReturn }) {
  return html`<${Purse} customer=${customer} loyalty=${known.loyalty} canUse=${canUse} onUse=${onUse} onEnrol=${onEnrol} />
    ${customer.id ? html`<${Prompts} api=${api} customer=${customer} prompts=${known.prompts} /><${Offers} customer=${customer} offers=${known.offers} onCode=${onCode} /><${BoughtCard} api=${api} customer=${customer} round=${round} onReturn=${onReturn} /><${Looked} looked=${known.looked} />` : null}`;
}

/** Enrol in two fields. Who is known already is offered instead of a second record. */
export function EnrolSheet({ api, customer, onClose, onEnrolled }) {
  const [name, setName] = useState("");
  const [reach, setReach] = useState("");
  const { attempt, busy, error } = useAttempt();
  const same = error?.code === "customer_known" ? (error.data?.candidates ?? []) : [];
  const enrol = (make) => attempt(async () => {
    const person = await make();
    const { data } = await api.post("/loyalty/enrol", { customer_id: person.id });
    onEnrolled(person, data);
  });
  const create = async () => {
    const [given, ...family] = name.trim().split(/\s+/);
    const by = reach.includes("@") ? { email: reach.trim() } : { phone: reach.trim() };
    return (await api.post("/customers", { first_name: given, last_name: family.join(" "), ...by })).data;
  };
  const submit = (event) => (event.preventDefault(), enrol(create));
  if (customer.id) {
    return html`<${Sheet} place="mid" title=${`Enrol ${first(customer.name)}`} onClose=${onClose} busy=${busy} footer=${html`<button type="button" class="btn btn-primary btn-wide" disabled=${busy} aria-busy=${busy} onClick=${() => enrol(async () => customer)}>Enrol ${first(customer.name)}</button>`}>
      <p class="soft">Ask first. Points then count from this purchase on, here, on the website and in the app.</p><${ErrorNote} error=${error} title="Not enrolled" /><//>`;
  }
  return html`<${Sheet} place="mid" title="Enrol a customer" onClose=${onClose} busy=${busy}><form class="enrol" onSubmit=${submit}>
    <label class="field"><span class="label">Name</span><span class="input"><input data-first value=${name} autocomplete="off" required maxlength="200" onInput=${(event) => setName(event.currentTarget.value)} /></span></label>
    <label class="field"><span class="label">Email or phone</span><span class="input"><input value=${reach} autocomplete="off" required maxlength="254" onInput=${(event) => setReach(event.currentTarget.value)} /></span>
      <${FieldError}>${error?.fieldError?.("/email") ?? error?.fieldError?.("/phone")}<//></label>
    ${same.length ? html`<${Note} tone="accent" icon="user" title="Somebody with this is known already" actions=${same.map((row) => html`<button type="button" key=${row.id} class="btn" onClick=${() => enrol(async () => row)}>This is ${row.name}</button>`)}>Take the one who stands here.<//>`
      : html`<${ErrorNote} error=${error?.errors?.length ? null : error} title="Not enrolled" />`}
    <button class="btn btn-primary btn-wide" disabled=${busy || !name.trim() || !reach.trim()} aria-busy=${busy}>Enrol</button></form><//>`;
}
