// Times as people say them. `now` is passed where a component redraws with the clock.
import { zone as timeZone } from "./zone.js";

const DAY = 86_400_000;

const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
const exact = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat("en", { weekday: "long", timeZone });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone }); // “28 May”

const calendar = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit", timeZone });
const dayOf = (at) => Date.parse(calendar.format(at));

// "just now", "15:52", "Sunday", "28 May": when something happened.
export function when(iso, now = Date.now()) {
  if (!iso) return "";
  const at = new Date(iso);
  if (now - at < 60_000) return "just now";
  const days = Math.round((dayOf(new Date(now)) - dayOf(at)) / DAY);
  if (days === 0) return clock.format(at);
  if (days === 1) return "yesterday";
  return days < 7 ? weekday.format(at) : date.format(at);
}

// "today 17:30", "tomorrow 10:00", "Tuesday 10:00": when something will be ready.
export function promise(iso, timeZone, now = Date.now()) {
  if (!iso) return "";
  const zone = timeZone ? { timeZone } : {};
  const say = (options, at) => new Intl.DateTimeFormat("en", { ...zone, ...options }).format(at);
  const at = new Date(iso);
  const key = (moment) => say({ year: "numeric", month: "2-digit", day: "2-digit" }, moment);
  const hour = say({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, at);
  if (key(at) === key(now)) return `today ${hour}`;
  if (key(at) === key(now + DAY)) return `tomorrow ${hour}`;
  return `${say({ weekday: "long" }, at)} ${hour}`;
}

export const clockTime = (iso) => clock.format(new Date(iso));
export const exactTime = (iso) => exact.format(new Date(iso));

// "0.2 s", "14 s", "3 min": how long something took or is ago.
export function span(ms) {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

const withYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone });

/** "17 December", with the year where it is another one: the day something ends or ended. */
export function day(iso, now = Date.now()) {
  const at = new Date(iso);
  return (at.getFullYear() === new Date(now).getFullYear() ? date : withYear).format(at);
}
