// What lies in this store of what is in a cart: how many, on which shelf, and what it was a moment ago.
import { nameOf } from "../parts/cart-line.js";
import { useEffect, useState } from "../parts/ui.js";
import { listAvailability } from "./shop-api.js";

const seenHere = new Map(); // units last seen in this store, by SKU

/** What these lines took from this store: what is left of each, and what was there before. */
export async function whatFell(api, store, lines) {
  const before = new Map(seenHere);
  const [here] = await listAvailability(api, { skus: lines.map((line) => line.sku), store: store.id });
  const left = new Map(here.lines.map((line) => [line.sku, line.available]));
  return lines.map((line) => ({ sku: line.sku, name: nameOf(line), image: line.image_url, was: before.get(line.sku), left: left.get(line.sku) })).filter((row) => row.was > row.left);
}

const shelves = new Map();

/** The shelf of each SKU in this store, as the stock list says; asked once. */
async function findShelf(api, store, sku) {
  const key = `${store.code} ${sku}`;
  if (!shelves.has(key)) {
    shelves.set(key, api.get("/stock/levels", { query: { store: store.code, sku } }).then(({ data }) => data.items[0]?.location ?? "", () => ""));
  }
  return shelves.get(key);
}

/** What lies in this store of what is in the cart, and what it was a moment ago. */
export function useStockHere(api, store, skus, round) {
  const [here, setHere] = useState({});
  useEffect(() => {
    let live = true;
    listAvailability(api, { skus, store: store.id }).then(async (rows) => {
      if (!rows.length) return;
      const places = Object.fromEntries(await Promise.all(skus.map(async (sku) => [sku, await findShelf(api, store, sku)])));
      if (!live) return;
      for (const line of rows[0].lines) seenHere.set(line.sku, line.available);
      setHere((old) => Object.fromEntries(rows[0].lines.map((line) => {
        const before = old[line.sku];
        const was = before && before.available !== line.available ? before.available : null;
        return [line.sku, { ...line, location: places[line.sku], was: was ?? (before?.until > Date.now() ? before.was : null), until: was === null ? (before?.until ?? 0) : Date.now() + 20_000 }];
      })));
    }, () => {});
    return () => (live = false);
  }, [store.id, skus.join(), round]);
  return here;
}

export function hereText(stock) {
  if (!stock) return "";
  const place = stock.location ? `, ${stock.location}` : "";
  return `${stock.available || "None"} here${stock.was !== null && stock.was !== undefined ? `, was ${stock.was}` : place}`;
}
