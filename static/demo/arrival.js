// What an address brings along: a cart to restore, a code or a friend's code, a product to look at.
import { codeIn } from "./shop-api.js";

const asked = new URLSearchParams(location.search);

export const arrival = {
  handoff: asked.get("handoff"),
  cart: asked.get("cart"),
  product: asked.get("product"),
  open: asked.get("open"),
  /** A code of an offer, or the one a friend shared. */
  code: asked.get("code") ?? asked.get("referral") ?? asked.get("ref"),
};

/** The address without what was used up: a reload does not do it twice. */
export function settleArrival() {
  const rest = new URLSearchParams([...asked].filter(([name]) => !["handoff", "cart", "code", "referral", "ref", "product", "open"].includes(name)));
  history.replaceState(null, "", `${location.pathname}${rest.size ? `?${rest}` : ""}`);
}

/** Restore the cart of a link in a mail or an ad; answers {token, …cart} or the cart document. */
export const restoreCart = async (api) => (await api.post("/cart-links/restore", { token: arrival.cart })).data;

export const handoffCode = () => (arrival.handoff ? codeIn(arrival.handoff) : null);
