// What goes with a cart and lies in this store: relations of its products, then one availability question.
import { useEffect, useState } from "../parts/ui.js";
import { getProduct, listAvailability } from "./shop-api.js";

const documents = new Map();

async function product(api, slug) {
  if (!documents.has(slug)) documents.set(slug, getProduct(api, slug).catch((error) => (documents.delete(slug), Promise.reject(error))));
  return documents.get(slug);
}

async function suggest(api, lines, store) {
  const inCart = new Set(lines.map((line) => line.product.slug));
  const known = await Promise.all([...inCart].slice(-4).map((slug) => product(api, slug)));
  const cards = new Map();
  for (const found of known.reverse()) {
    for (const card of [...(found.relations?.complementary ?? []), ...(found.relations?.accessory ?? [])]) {
      if (!inCart.has(card.slug)) cards.set(card.slug, card);
    }
  }
  const wanted = [...cards.values()].slice(0, 6);
  const goods = await Promise.all(wanted.map((card) => product(api, card.slug)));
  const skus = goods.flatMap((found) => found.variants.slice(0, 8).map((variant) => variant.sku));
  const [here] = await listAvailability(api, { skus, store });
  const counted = wanted.map((card, index) => {
    const own = new Set(goods[index].variants.map((variant) => variant.sku));
    const count = (here?.lines ?? []).filter((line) => own.has(line.sku)).reduce((sum, line) => sum + line.available, 0);
    return { card, here: count };
  });
  return counted.filter((row) => row.here > 0);
}

export function useSuggestions(api, lines, store) {
  const [found, setFound] = useState([]);
  const key = lines.map((line) => line.product.slug).join();
  useEffect(() => {
    let live = true;
    if (!key) setFound([]);
    else suggest(api, lines, store).then((rows) => live && setFound(rows), () => {});
    return () => (live = false);
  }, [key, store]);
  return found;
}
