// Words of the profile page: days, times, how somebody is known, which mark an event has.
import { zone as timeZone } from "../parts/zone.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone });
const dayAndMonth = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone });
const withYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone });
const monthOf = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone });
const DAY = 86_400_000;

export const timeOf = (iso) => clock.format(new Date(iso));
export const dayKey = (iso) => withYear.format(new Date(iso));

export function dayOf(iso, now = new Date()) {
  const moment = new Date(iso);
  if (dayKey(moment) === dayKey(now)) return "Today";
  if (dayKey(moment) === dayKey(now - DAY)) return "Yesterday";
  if (now - moment < 7 * DAY) return weekday.format(moment);
  return shortDay(iso, now);
}

export function shortDay(iso, now = new Date()) {
  const moment = new Date(iso);
  return (moment.getFullYear() === now.getFullYear() ? dayAndMonth : withYear).format(moment);
}

export const monthIn = (iso) => monthOf.format(new Date(iso));

// --- Events ------------------------------------------------------------------------------------------

const BY_CHANNEL = {
  web: ["web", "web"], mobile: ["phone", "phone"], tablet: ["tablet", "store"], pos: ["till", "store"],
  social: ["social", "social"], email: ["mail", "system"], sms: ["phone", "system"], push: ["phone", "system"],
  mail: ["mail", "system"], phone: ["phone", "system"], system: ["sync", "system"],
};
const BY_NAME = [
  [/^customer\.noted/, "note"], [/^order\.|^Order /, "bag"], [/^payment|^refund/, "card"], [/^fulfilment/, "truck"], [/^return/, "return"],
  [/^message|^newsletter|^Email/, "mail"], [/^consent|^address/, "lock"], [/^points|^credit|^member|^referral/, "gift"],
  [/^code\./, "tag"], [/^customer\./, "user"],
];

/** The icon and tone of an event: what it is about, else where it happened. */
export function markOf(event) {
  const [icon, tone] = BY_CHANNEL[event.channel] ?? BY_CHANNEL.system;
  const about = BY_NAME.find(([pattern]) => pattern.test(event.name));
  return { icon: about ? about[1] : icon, tone: about && event.channel === "system" ? "system" : tone };
}

/** A value of a fact as people read it: moments in the house's time, yes and no. */
export function valueOf(value) {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return `${withYear.format(new Date(value))}, ${timeOf(value)}`;
  return String(value);
}

// What an event is about, by the id it carries: the first that fits, the closest first.
const PAGES = [
  ["message_id", "campaign_messages/message", "Open the message"], ["return_id", "orders/return", "Open the return"],
  ["code_id", "campaign_offers/code", "Open the code"], ["journal_id", "loyalty/journal", "Open the entry"],
  ["referral_id", "loyalty/referraluse", "Open the referral"], ["post_id", "campaign_social/post", "Open the post"],
  ["enrolment_id", "campaign_journeys/enrolment", "Open the journey"], ["order_id", "orders/order", "Open the order"],
  ["cart_id", "carts/cart", "Open the cart"],
];

/** Links to the staff pages of what an event is about, at most two: the thing itself, and the order it belongs to. */
export function pagesOf(event, admin) {
  const found = PAGES.filter(([field]) => event.data?.[field]);
  const [first] = found;
  const order = found.find(([field]) => field === "order_id");
  return [...new Set([first, order])].filter(Boolean).map(([field, page, title]) => ({ title, url: `${admin}${page}/${event.data[field]}/change/` }));
}

export function campaignWords(context) {
  if (context.utm_campaign) return `“${context.utm_campaign}”${context.utm_source ? `, ${context.utm_source}` : ""}`;
  if (context.gclid) return "a Google ad";
  if (context.fbclid) return "Facebook or Instagram";
  return context.utm_source ?? "";
}

// --- Identities ------------------------------------------------------------------------------------------

const HOW = {
  log_in: "joined at log-in", order: "joined by an order", identify: "named by the page or app", alias: "named by another system",
  newsletter: "joined with the newsletter", enrol: "joined by enrolling", link: "opened a link made for them", staff: "joined by staff",
};
const KINDS = {
  email: ["mail"], phone: ["phone"], anonymous: ["web"], membership: ["card"], social: ["social"], external: ["link"],
};

/** "instagram:@maya" is shown as the handle, with the platform in the note. */
function handleOf(value, note) {
  const [, platform, handle] = /^(?:@?([a-z]+):)?@?(.*)$/.exec(value);
  const named = platform ? `${platform[0].toUpperCase()}${platform.slice(1)}, ` : "";
  return { title: `@${handle}`, note: named + note };
}

/** What is shown of an identity: icon, words, note, and whether it can be let go. */
export function identityOf(row) {
  const [icon] = KINDS[row.kind] ?? ["user"];
  const since = row.joined_at ?? row.created_at;
  const day = since ? `, ${shortDay(since)}` : "";
  if (row.kind === "anonymous") {
    const led = campaignWords(row.first_touch ?? {});
    return {
      icon, title: "A browser or app", code: row.value,
      note: `${HOW[row.joined_how] ?? "joined"}${day}${led ? `; first came from ${led}` : ""}`,
      warn: row.is_blocked ? "Others use it too: what it does without a name joins nobody." : "", separable: true,
    };
  }
  if (row.kind === "email") return { icon, title: row.value, note: row.verified_at ? `proven in ${monthIn(row.verified_at)}` : "not proven" };
  if (row.kind === "phone") return { icon, title: row.value, note: "mobile number" };
  if (row.kind === "membership") return { icon, title: row.value, note: "customer number" };
  if (row.kind === "social") return { icon, ...handleOf(row.value, `${HOW[row.joined_how] ?? "social handle"}${day}`), separable: true };
  return { icon, title: row.value, note: "id in another system", separable: row.kind === "external" };
}
