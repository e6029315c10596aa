// Who visits, before anybody logs in: the tracker's anonymous id, and the campaign that led here.
// Both go along with every call of the API, so that what is done here joins the customer's history.

const CAMPAIGN = ["utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "utm_id", "gclid", "fbclid", "msclkid", "post_id"];
const KEPT = "omnichannel.demo.campaign"; // for as long as the tab lives

function kept() {
  try {
    return sessionStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

/** Remember what led here; the latest counts. `text` is a query string. */
export function rememberCampaign(text) {
  const found = [...new URLSearchParams(text)].filter(([name]) => CAMPAIGN.includes(name));
  if (!found.length) return;
  try {
    sessionStorage.setItem(KEPT, new URLSearchParams(found).toString());
  } catch {
    // A browser that keeps nothing tells of this visit alone.
  }
}

export function visitorHeaders() {
  const id = globalThis.omTrack?.anonymousId() ?? "";
  const campaign = kept();
  return { ...(id ? { "X-Anonymous-Id": id } : {}), ...(campaign ? { "X-Campaign": campaign } : {}) };
}

// --- What is looked at, in Segment's words ------------------------------------------------------------
export const trackPage = (name, properties) => globalThis.omTrack?.page(name, properties);
export const forgetVisitor = () => globalThis.omTrack?.reset();

export function trackProduct(product) {
  const variant = product.variants[0];
  globalThis.omTrack?.track("Product Viewed", {
    product_id: product.slug, sku: variant?.sku, name: product.name, category: product.category?.name ?? product.category ?? "",
    price: (variant?.price?.amount_minor ?? 0) / 100, currency: variant?.price?.currency,
  });
}

let searched = 0;

/** A search counts once somebody has stopped typing. */
export function trackSearch(query, results) {
  clearTimeout(searched);
  searched = setTimeout(() => globalThis.omTrack?.track("Products Searched", { query, results }), 900);
}

rememberCampaign(location.search);
