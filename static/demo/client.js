// What the three clients share: their configuration, what they remember, and what they tell the page that frames them.
import { createApi } from "../parts/api.js";
import { visitorHeaders } from "./visitor.js";

/** {client, liveUrl, brand: {name, currency}, logIns, deviceCodes, near} — printed by the page's template. */
export const config = JSON.parse(document.getElementById("config").textContent);

const framed = window.parent !== window;
// Side by side, three filled buttons would shout: the frame keeps one, the tablet's.
if (framed) document.documentElement.dataset.framed = "";

/** Tell the show page what this client did or saw. Alone, nobody listens. */
export function report(type, detail = {}) {
  if (framed) window.parent.postMessage({ from: config.client, type, ...detail }, location.origin);
}

/** What the show page needs to know of a change: which version, whose. */
export const brief = ({ cart, at }) => ({ at, cart: cart && { id: cart.id, version: cart.version, updated: cart.updated } });

/** Do what the show page asks for: {do: "start-again" | "hand-off" | …}. */
export function onRequest(handle) {
  if (!framed) return;
  addEventListener("message", (event) => {
    if (event.origin === location.origin && event.source === window.parent && event.data?.do) handle(event.data);
  });
}

const place = (name) => `omnichannel.demo.${config.client}.${name}`;

/** What survives a reload: tokens of this client, under its own name. */
export const memory = {
  read(name) {
    try {
      return JSON.parse(localStorage.getItem(place(name)));
    } catch {
      return null;
    }
  },
  write(name, value) {
    try {
      if (value === null || value === undefined) localStorage.removeItem(place(name));
      else localStorage.setItem(place(name), JSON.stringify(value));
    } catch {
      // A browser that keeps nothing signs in again next time.
    }
  },
};

// Who signed out, or plays somebody new, is not signed in as the demo's customer again by a reload.
const STRANGER = "stranger";
export const isStranger = () => memory.read(STRANGER) === true;
export const stayStranger = (yes) => memory.write(STRANGER, yes ? true : null);

/** The log-ins `make demo` printed. They open the ordinary doors: sign-in, enrolment, PIN. */
export async function demoLogIns() {
  const response = await fetch(config.logIns, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error("There is no demo brand here.");
  return response.json();
}

/** The API in the name of whoever `credential` says at that moment. */
export function apiFor(credential, options = {}) {
  return createApi({ credential: () => asVisitor(credential()), ...options });
}

/** A person's own browser says who visits and what led here; on a store's tablet that would be many people. */
function asVisitor(given) {
  if (config.client === "tablet") return given;
  return { ...given, headers: (method) => ({ ...visitorHeaders(), ...given.headers(method) }) };
}

const live = (topic, query) => (config.liveUrl ? `${config.liveUrl.replace(/\/$/, "")}/live/${topic}${query}` : null);
export const liveUrl = (query = "") => live("cart", query);
export const balanceUrl = (query = "") => live("balance", query);
