// The shared cart as a client holds it: the last document, what changed in it and by whom, and the writes.
// One instance a client; components read it with useCart.
import { ApiError } from "./api.js";
import { follow } from "./live.js";
import { useEffect, useState } from "./ui.js";

const GLOW_MS = 6_000;

/**
 * @param {{api: object, path?: string, liveUrl: string|null, openWith?: () => Promise<object>,
 *          onChange?: (event: {type: "wrote"|"saw"|"ended"|"state", cart: object|null, at: number}) => void}} options
 * path      "/cart" for the caller's own, "/carts/<id>" for a device.
 * openWith  how to open a cart when there is none; false answers mean "leave it closed".
 */
export function createCart({ api, path = "/cart", liveUrl, openWith, onChange = () => {} }) {
  let state = { cart: null, phase: "loading", error: null, connection: "polling", fresh: new Map(), busy: 0 };
  let etag = null;
  let stream = null;
  const listeners = new Set();

  const version = () => state.cart?.version ?? 0;

  function set(change) {
    state = { ...state, ...change };
    for (const listener of listeners) listener(state);
  }

  // Take a document that is newer than ours; note which lines differ, so that they can glow.
  function accept(cart, newEtag, { own = false } = {}) {
    if (!cart) return;
    etag = newEtag ?? `"${cart.version}"`;
    const before = state.cart;
    if (before && before.id === cart.id && cart.version < before.version) return;
    if (cart.status !== "open") return end(cart);
    const fresh = new Map(state.fresh);
    if (before && before.id === cart.id && cart.version > before.version) {
      for (const line of cart.lines) {
        const old = before.lines.find((other) => other.id === line.id);
        if (!old || old.quantity !== line.quantity) fresh.set(line.id, Date.now() + GLOW_MS);
      }
    }
    if (before && before.id !== cart.id) stream?.restart(); // streams are of one cart
    if (!before) stream?.nudge(); // it may rest, as long as there was none
    const moved = !before || before.id !== cart.id || before.version !== cart.version;
    set({ cart, fresh, phase: "ready", error: null });
    if (moved) onChange({ type: own ? "wrote" : "saw", cart, at: Date.now() });
    if (fresh.size) setTimeout(() => set({ fresh: new Map([...state.fresh].filter(([, until]) => until > Date.now())) }), GLOW_MS + 50);
  }

  // The cart became an order or went into another cart: nothing is left to show, and its stream says no more.
  function end(cart) {
    if (!state.cart) return set({ phase: "none", error: null });
    const last = state.cart;
    etag = null;
    set({ cart: null, phase: "none", error: null, fresh: new Map() });
    onChange({ type: "ended", cart, last, at: Date.now() });
    stream?.restart();
  }

  async function refresh() {
    try {
      const answer = await api.get(path, { etag });
      if (answer.status !== 304) accept(answer.data, answer.etag);
    } catch (error) {
      if (error.status === 404) {
        if (state.cart) end(state.cart);
        else set({ phase: "none", error: null });
      } else {
        set({ phase: state.cart ? "ready" : "error", error });
        throw error;
      }
    }
  }

  async function write(send) {
    set({ busy: state.busy + 1 });
    try {
      let answer;
      try {
        answer = await send();
      } catch (error) {
        // No cart yet; a guest has no credential either until there is one.
        const isNone = error instanceof ApiError && (error.status === 404 || error.code === "not_authenticated");
        if (!isNone || !openWith || state.cart) throw error;
        await openWith();
        answer = await send();
      }
      const cart = answer.data?.cart ?? answer.data;
      if (cart?.lines) accept(cart, answer.etag, { own: true });
      else await refresh();
      return answer.data;
    } finally {
      set({ busy: state.busy - 1 });
    }
  }

  const actions = {
    /** What another endpoint answered (a redeemed hand-off, a merge) as if this client had written it. */
    take: (cart) => accept(cart, null, { own: true }),
    add: (sku, quantity = 1, extra = {}) => write(() => api.post(`${path}/lines`, { sku, quantity, ...extra })),
    scan: (code) => write(() => api.post(`${path}/scan`, { code })),
    setQuantity: (line, quantity) =>
      quantity > 0 ? write(() => api.patch(`${path}/lines/${line.id}`, { quantity })) : actions.remove(line),
    change: (line, fields) => write(() => api.patch(`${path}/lines/${line.id}`, fields)),
    remove: (line) => write(() => api.delete(`${path}/lines/${line.id}`)),
    putBack: (line) => actions.add(line.sku, line.quantity, line.is_gift ? { is_gift: true } : {}),
    clear: () => write(() => api.delete(`${path}/lines`)),
    addCode: (code) => write(() => api.post(`${path}/codes`, { code })),
    removeCode: (code) => write(() => api.delete(`${path}/codes/${encodeURIComponent(code)}`)),
    setFulfilment: (fulfilment) => write(() => api.put(`${path}/fulfilment`, fulfilment)),
    setContact: (email) => write(() => api.put(`${path}/contact`, { email })),
  };

  return {
    path,
    refresh,
    version,
    ...actions,
    get state() {
      return state;
    },
    start() {
      stream?.stop();
      stream = follow({
        url: liveUrl,
        headers: api.headers,
        cookies: api.usesCookies(),
        version,
        onVersion: () => refresh().catch(() => {}),
        poll: refresh,
        rests: path === "/cart",
        onState: (connection) => {
          set({ connection });
          onChange({ type: "state", cart: state.cart, connection, at: Date.now() });
        },
      });
      return refresh().catch(() => {});
    },
    stop: () => stream?.stop(),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The state of a cart, followed for as long as the component lives. */
export function useCart(cart) {
  const [state, setState] = useState(cart?.state ?? null);
  useEffect(() => {
    if (!cart) return setState(null);
    setState(cart.state);
    return cart.subscribe(setState);
  }, [cart]);
  return state;
}

export const countItems = (cart) => cart?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;
