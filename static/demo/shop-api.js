// The calls of the public API that a shop needs, one function each.

export async function listCategories(api) {
  const { data } = await api.get("/categories");
  return data.items;
}

export async function findProducts(api, { q, category, cursor, limit = 24, sort, signal } = {}) {
  const { data } = await api.get("/products", { query: { q, category, cursor, limit, sort }, signal });
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

export const checkOut = (api, path, body) => api.post(path === "/cart" ? "/checkout" : `${path}/checkout`, body);

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
