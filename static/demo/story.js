// "Play the story": nine steps under the devices, each with what to do, the buttons that help, and where its facts are found.
import { Icon } from "../parts/icons.js";
import { html, useState } from "../parts/ui.js";

export const SUZIE = { name: "Suzie Lindqvist", email: "suzie@example.com", handle: "suzie.story", line1: "8 Commercial Street", city: "Provincetown", region: "MA", zip: "02657" };
export const FRIEND = { name: "Finn Okafor", email: "finn@example.com" };

/** Where facts are found, for one person. `desk` are the back office's pages by name. */
const at = (desk, email) => ({
  timeline: ["Her timeline", `${desk.people}?q=${encodeURIComponent(email)}`],
  orders: ["Her orders", `${desk.orders}?q=${encodeURIComponent(email)}`],
  friend: ["His order", `${desk.orders}?q=${encodeURIComponent(FRIEND.email)}`],
  parcels: ["Parcels", `${desk.parcels}?kind__exact=ship`],
  prints: ["Postcards", desk.prints],
  audiences: ["Audiences", desk.audiences],
  conversions: ["Conversions told", desk.conversions],
  journeys: ["Journeys", desk.journeys],
  why: ["Why did she get it?", desk.why],
  codes: ["Codes", desk.codes],
  ledger: ["Points ledger", desk.ledger],
  referrals: ["Friends brought", desk.referrals],
  photos: ["Photos to judge", desk.photos],
  paths: ["Paths of her orders", `${desk.paths}?q=${encodeURIComponent(email)}`],
  figures: ["Figures", desk.figures],
});

/** do: [words, {action}] buttons that the page carries out; find: names of `at`. */
export const steps = (popup, brand) => [
  {
    title: "A dress from a post",
    text: html`In the middle window open the <b>social network</b>. Under ${brand.toLowerCase()}’s post press <b>Linen wrap dress</b>, choose size 10 and pay: ${SUZIE.email}, ${SUZIE.name}, ${SUZIE.line1}, ${SUZIE.city}, ${SUZIE.region} ${SUZIE.zip}. No log-in. Then, in the back office under Parcels, open hers: <b>Ship the parcel</b> (any carrier, any number), <b>It arrived</b>.`,
    do: [["Show the social network", { middle: "social" }]],
    find: ["parcels", "timeline", "orders"],
  },
  {
    title: "The postcard in the parcel",
    text: html`Under Postcards press <b>Open the PDF</b>: what goes with the dress, a code that works once, a QR. <b>Follow its QR</b> opens what it leads to, as her phone would. Join there with ${SUZIE.email}, choose a password, and follow the link in the mail: the phone signs in.`,
    do: [["Show the mailbox", { middle: "mail", to: SUZIE.email }]],
    find: ["prints", "ledger", "timeline"],
  },
  {
    title: "What she looks at",
    text: html`On the phone, under <b>You</b>, <b>What we may send you</b>: say yes to news by email and to advertising. Then look at the <b>Quay rain jacket</b> and the <b>Cove swimsuit</b> in the shop. Both are in the audience within a minute, and each look goes out as a conversion.`,
    do: [["Show the phone", { show: "phone" }]],
    find: ["audiences", "conversions", "timeline"],
  },
  {
    title: "A jacket left behind",
    text: html`Put the jacket, size 10, into the bag on the phone, and leave it for two minutes. The mail shows that jacket, with a code for it that ends to the second.`,
    do: [["Show the mailbox", { middle: "mail", to: SUZIE.email }]],
    find: ["journeys", "why", "codes"],
  },
  {
    title: "Back by an advertisement",
    text: html`On the social network say who you are: @${SUZIE.handle}, ${SUZIE.email}. The advertisement opens her bag on the phone. Add the swimsuit, use the code from <b>You, Wallet</b>, check out and pay. The discount is on the jacket alone; both leave the audience, and what goes with them comes in. The confirmation carries her own code for friends.`,
    do: [["Show the social network", { middle: "social" }], ["Show the mailbox", { middle: "mail", to: SUZIE.email }]],
    find: ["orders", "audiences", "codes"],
  },
  {
    title: `Points at the ${popup.name}`,
    text: html`On the phone, <b>You, Where you live</b>: keep ${SUZIE.line1}, ${SUZIE.city}, ${SUZIE.region} ${SUZIE.zip}. A mail invites her to the pop-up. In the app’s <b>Messages</b> it says her points of this moment. Take the tablet there, hold up her card on the phone and let the tablet read it. Put a <b>Tidal towel</b> into the cart, <b>Take payment</b>, use her points, and take the rest in cash.`,
    do: [["Take the tablet to the pop-up", { move: true }], ["Hold up her card", { card: true }]],
    find: ["timeline", "ledger"],
  },
  {
    title: "A friend’s gloves",
    text: html`Serve a walk-in: <b>Wool gloves</b> into the cart, then <b>Enrol</b> ${FRIEND.name}, ${FRIEND.email}: the cart is his. Add Suzie’s code for friends (phone, <b>You</b>), take payment: $15 for both, once. Then <b>Next customer</b>, <b>More about Finn</b>, beside what he bought <b>Return</b>, and <b>Refund</b>: both vouchers are gone, his on the tablet, hers on the phone.`,
    do: [["Serve a walk-in", { walkIn: true }]],
    find: ["friend", "referrals", "ledger"],
  },
  {
    title: "A follow and a photo",
    text: html`Phone, <b>You, Your handles and photos</b>: add @${SUZIE.handle}. On the social network <b>Follow</b>, then <b>Share a photo</b> with the hashtag: points for each, once. Under Photos to judge tag the jacket, <b>Ask for rights</b>; say yes on the phone; then, under <b>Rights asked for</b>, <b>Approve</b>. Now it is a post to shop, with live stock.`,
    do: [["Show the social network", { middle: "social" }]],
    find: ["photos", "ledger", "timeline"],
  },
  {
    title: "What it was worth",
    text: html`The path before the jacket’s order: post, postcard, mail, advertisement, and what each is credited with under five models. Her profile says what she is worth, the journeys what they brought.`,
    do: [],
    find: ["paths", "timeline", "journeys", "figures"],
  },
];

const KEPT = "omnichannel.demo.story";

function kept() {
  try {
    return Number(localStorage.getItem(KEPT)) || 0;
  } catch {
    return 0;
  }
}

/** The strip under the devices: one step at a time. `onAct` carries out a step's button, `onBegin` makes everybody new. */
export function Story({ config, onAct, onBegin, onClose, busy, waits }) {
  const [index, setIndex] = useState(kept);
  const keep = (next) => {
    setIndex(next);
    try {
      localStorage.setItem(KEPT, String(next));
    } catch {
      // Kept for as long as the page is open.
    }
  };
  const places = at(config.desk, SUZIE.email);
  const all = steps(config.popup, config.brand);
  const step = all[index] ?? all[0];
  return html`<section class="card tick story" aria-label="Play the story"><header><h2>Play Suzie’s story</h2>
      <ol class="story-steps">${all.map((each, number) => html`<li key=${number}><button type="button" class="num" aria-current=${number === index ? "step" : undefined} aria-label=${`Step ${number + 1}: ${each.title}`} title=${each.title} onClick=${() => keep(number)}>${number + 1}</button></li>`)}</ol>
      <span class="grow"></span><button type="button" class="btn" aria-busy=${busy} disabled=${waits} onClick=${() => (keep(0), onBegin())}><${Icon} name="user" />Begin as somebody new</button>
      <button type="button" class="btn btn-icon btn-quiet" aria-label="Close the story" onClick=${onClose}><${Icon} name="x" /></button></header>
    <div class="story-body" tabindex="0" role="region" aria-label=${`Step ${index + 1} of ${all.length}`}><div><h3><span class="num">${index + 1}</span> ${step.title}</h3><p>${step.text}</p></div>
      <div class="story-side"><div class="story-acts">${step.do.map(([words, act]) => html`<button type="button" key=${words} class="btn btn-tonal" onClick=${() => onAct(act)}>${words}</button>`)}</div>
        <p class="story-find"><span class="muted">Found in</span>${step.find.map((name) => html`<a key=${name} href=${places[name][1]} target="_blank" rel="noopener">${places[name][0]}</a>`)}</p>
        ${index < all.length - 1 ? html`<button type="button" class="btn" onClick=${() => keep(index + 1)}>Next: ${all[index + 1].title}<${Icon} name="arrow" /></button>` : null}</div></div></section>`;
}
