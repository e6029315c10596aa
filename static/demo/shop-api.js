// The calls of the public API that a shop needs, one function each.
import { uuid } from "../parts/api.js";

export async function listCategories(api) {
  const { data } = await api.get("/categories");
  return data.items.sort((a, b) => a.position - b.position);
}

/** A page of products: {items, next, total, facets}. `filters` are facets: {"option.Size": "10"}. */
export async function findProducts(api, { q, category, cursor, limit = 24, sort, filters = {}, signal } = {}) {
  const { data } = await api.get("/products", { query: { q, category, cursor, limit, sort, ...filters }, signal });
  return data;
}

export async function getProduct(api, slug) {
  return (await api.get(`/products/${encodeURIComponent(slug)}`)).data;
}

/** Where these SKUs are, nearest store first. */
export async function listAvailability(api, { skus, near, store, limit }) {
  if (!skus.length) return [];
  const { data } = await api.get("/availability", { query: { skus: skus.join(","), near, store, limit } });
  return data.items;
}

export async function listShippingMethods(api, path) {
  const { data } = await api.get(`${path}/shipping-methods`);
  return data.items;
}

/** How the sandbox gateway is told what to answer; a real one takes the token its own card form gives. */
export const SANDBOX_CARDS = [
  { name: "own", title: "Card ending 4242", detail: "The sandbox says yes" },
  { name: "declined", title: "Card ending 0002", detail: "The sandbox declines it" },
];

/** What the card form gives. As in life everybody has a card of their own: one card behind two names looks like one person. */
export function cardToken(name, address) {
  if (name === "declined") return "tok_decline";
  return `tok_of_${(address || uuid()).toLowerCase().replaceAll(/[^a-z0-9]+/g, "_").slice(0, 100)}`;
}

/** Pay what an order still lacks, after a card was declined. */
export const payOrder = async (api, id, payment) => (await api.post(`/orders/${id}/payments`, payment)).data;

export const checkOut = (api, path, body) => api.post(path === "/cart" ? "/checkout" : `${path}/checkout`, body);

const places = new Map();

/** The store of an id: its name and time zone, asked once. */
export async function getStore(api, id) {
  if (!places.has(id)) places.set(id, api.get(`/stores/${id}`).then((answer) => answer.data).catch((error) => (places.delete(id), Promise.reject(error))));
  return places.get(id);
}

export async function listOrders(api) {
  return (await api.get("/orders", { query: { limit: 20 } })).data.items;
}

export const getOrder = async (api, id) => (await api.get(`/orders/${id}`)).data;

export const createHandoff = async (api, path) => (await api.post(`${path}/handoff`)).data;
export const redeemHandoff = async (api, code) => (await api.post("/handoffs/redeem", { code })).data;

/** The code alone, out of what a camera read: the code itself or the address that carries it. */
export function codeIn(text) {
  const found = /[?&#](?:code|handoff)=([A-Za-z0-9-]+)/.exec(text) ?? /\/h\/([A-Za-z0-9-]+)/.exec(text);
  return (found?.[1] ?? text).trim().toUpperCase();
}
