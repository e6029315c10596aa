// Points and store credit as part of a payment: what may be used, what is used, what is left to pay.
import { Icon } from "../parts/icons.js";
import { formatCount, formatMoney } from "../parts/money.js";
import { ErrorNote } from "../parts/notes.js";
import { html, useEffect, useState } from "../parts/ui.js";

/**
 * What pays a bill beside cards and cash.
 * owner    whether the cart is somebody's; nobody's has neither points nor credit.
 * loyalty  {credit}: what there is of it.
 * Answers {payments, left, lines…}: the payments that go into the checkout before the rest.
 */
export function useTenders({ api, cart, basket, owner, loyalty }) {
  const [kept, setKept] = useState(null);
  const [useCredit, setUseCredit] = useState(false);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const path = `${cart.path}/points`;
  const total = basket?.totals.total ?? null;
  useEffect(() => {
    let live = true;
    if (!owner || !basket) return undefined;
    // Members alone have points; for others the bill is paid as ever.
    api.get(path).then(({ data }) => live && setKept(data), () => live && setKept(null));
    return () => (live = false);
  }, [owner, path, basket?.version, loyalty?.points?.active]);
  async function keep(points) {
    setBusy(true);
    setError(null);
    try {
      setKept((points ? await api.put(path, { points }) : await api.delete(path)).data);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }
  const worth = kept?.tender?.amount_minor ?? 0;
  const open = Math.max(0, (total?.amount_minor ?? 0) - worth);
  const credit = loyalty?.credit?.currency === total?.currency ? (loyalty?.credit?.amount_minor ?? 0) : 0;
  const taken = useCredit ? Math.min(credit, open) : 0;
  const left = total && { ...total, amount_minor: open - taken };
  return {
    kept, keep, credit: credit && { ...total, amount_minor: credit }, useCredit, setUseCredit, busy, error, left,
    taken: total && { ...total, amount_minor: taken },
    payments: [...(kept?.tender ? [kept.tender] : []), ...(taken ? [{ provider: "store_credit", amount_minor: taken }] : [])],
  };
}

/** A few amounts in whole steps: the least, about half, the most. */
export function amountsOf({ minimum, step, usable }) {
  const half = Math.floor(usable / 2 / step) * step;
  return [...new Set([minimum, half, usable])].filter((points) => points >= minimum && points <= usable).sort((a, b) => a - b);
}

export function Tenders({ tenders, whose = "your" }) {
  const { kept, keep, credit, useCredit, setUseCredit, taken, busy, error } = tenders;
  const canPoints = kept && (kept.points > 0 || (kept.usable > 0 && kept.usable >= kept.minimum));
  if (!canPoints && !credit && !kept?.available) return null;
  return html`<div role="group" class="tenders" aria-label="Pay with points or credit">
    ${canPoints ? html`<button type="button" role="switch" class="toggle" aria-checked=${kept.points > 0} disabled=${busy} onClick=${() => keep(kept.points ? 0 : kept.usable)}>
        <${Icon} name="bolt" /><span class="grow"><b class="medium">Use ${whose} points</b><small class="muted">${kept.points ? `${formatCount(kept.points)} of ${formatCount(kept.available)} points, −${formatMoney(kept.worth)}` : `Up to ${formatCount(kept.usable)} points, worth ${formatMoney(kept.usable_worth)}`}</small></span><i aria-hidden="true"></i></button>
      ${kept.points ? html`<div class="chips" role="group" aria-label="How many points">${amountsOf(kept).map((points) => html`<button type="button" key=${points} class="chip num" aria-pressed=${kept.points === points} disabled=${busy} onClick=${() => keep(points)}>${formatCount(points)}</button>`)}</div>` : null}`
      : kept?.available ? html`<p class="muted small">${formatCount(kept.available)} points: they count from ${formatCount(kept.minimum)} on, for up to ${kept.max_share_pct} % of a bill.</p>` : null}
    ${credit ? html`<button type="button" role="switch" class="toggle" aria-checked=${useCredit} disabled=${busy} onClick=${() => setUseCredit(!useCredit)}>
        <${Icon} name="wallet" /><span class="grow"><b class="medium">Use ${whose} store credit</b><small class="muted">${useCredit ? `−${formatMoney(taken)} of ${formatMoney(credit)}` : formatMoney(credit)}</small></span><i aria-hidden="true"></i></button>` : null}
    <${ErrorNote} error=${error} title="Those points are not kept" /></div>`;
}
