// Customers' pictures that can be shopped, with what is left right now.
import { formatMoney } from "../parts/money.js";
import { html } from "../parts/ui.js";
import { useAnswer } from "./loyalty.js";

const left = (good) => (good.available > 20 ? "In stock" : good.available > 0 ? `${good.available} left` : "Sold out");

/** `onOpen(good, post)`: somebody wants what is on the picture. */
export function PostStrip({ api, refresh, onOpen }) {
  const found = useAnswer(api, "/social/posts", { query: { limit: 6 }, round: refresh });
  const posts = (found.data?.items ?? []).filter((post) => post.products.length);
  if (!posts.length) return null;
  return html`<section class="posts" aria-labelledby="posts-title"><h2 id="posts-title">As you wear it</h2>
    <ul>${posts.map((post) => html`<li key=${post.id} class="post"><img src=${post.image_url} alt=${post.alt} width="200" height="200" loading="lazy" />
      <p class="small clip"><b class="medium">@${post.handle}</b> <span class="muted">${post.caption}</span></p>
      <ul>${post.products.slice(0, 2).map((good) => html`<li key=${good.product_id}><button type="button" class="post-good" onClick=${() => onOpen(good, post)}><img class="pic" src=${good.image_url} alt="" width="32" height="40" /><span class="grow"><b class="clip medium">${good.name}</b><small class="num">${formatMoney(good.price)}, <span class=${good.in_stock ? "muted" : "danger"}>${left(good)}</span></small></span></button></li>`)}</ul></li>`)}</ul></section>`;
}
