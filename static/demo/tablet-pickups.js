// The pickups of this store, as far as the show page needs them: see one come in, move it on, hand it over.
import { EmptyState, ErrorNote } from "../parts/notes.js";
import { Sheet } from "../parts/sheet.js";
import { promise } from "../parts/time.js";
import { html, useEffect, useState } from "../parts/ui.js";

const POLL_MS = 5_000;
const NEXT = {
  placed: { verb: "accept", label: "Accept" },
  accepted: { verb: "pick", label: "Start picking" },
  picking: { verb: "ready", label: "Shelve as ready" },
  ready: { verb: "collect", label: "Hand over" },
};
const isLate = (part) => part.status !== "ready" && part.promised_at && new Date(part.promised_at) < Date.now();
const toneOf = (part) => (isLate(part) ? "tag-danger" : part.status === "ready" ? "tag-ok" : "tag-accent");
const itemsOf = (part) => part.items.map((item) => `${item.quantity > 1 ? `${item.quantity} × ` : ""}${item.name.split(" · ")[0]}`).join(", ");
const SAY = { placed: "New", accepted: "Accepted", picking: "Being picked", ready: "Ready" };

export function usePickups(api, storeId, round) {
  const [state, setState] = useState({ items: [], error: null, waiting: 0 });
  useEffect(() => {
    if (!storeId) return undefined;
    let live = true;
    const look = () => api.get("/fulfilments", { query: { store: storeId, kind: "pickup" } }).then(({ data }) => {
      const items = data.items.filter((part) => part.kind === "pickup" && NEXT[part.status]);
      items.sort((a, b) => (a.promised_at ?? "").localeCompare(b.promised_at ?? ""));
      if (live) setState({ items, error: null, waiting: items.length });
    }, (error) => live && setState((old) => ({ ...old, error })));
    look();
    const timer = setInterval(look, POLL_MS);
    return () => ((live = false), clearInterval(timer));
  }, [api, storeId, round]);
  return state;
}

export function PickupsCard({ pickups, timeZone, onOpen }) {
  if (!pickups.items.length) return null;
  const soonest = pickups.items[0];
  return html`<section class="card waiting"><div class="grow"><h2>${pickups.waiting === 1 ? "1 pickup waits" : `${pickups.waiting} pickups wait`}</h2>
    <p class="muted small clip">${SAY[soonest.status]}${soonest.promised_at ? `, by ${promise(soonest.promised_at, timeZone)}` : ""}</p></div><button type="button" class="btn" onClick=${onOpen}>See them</button></section>`;
}

export function PickupsSheet({ api, pickups, timeZone, onClose, onMoved }) {
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(null);
  async function move(part) {
    setBusy(part.id);
    setError(null);
    try {
      await api.post(`/fulfilments/${part.id}/${NEXT[part.status].verb}`);
      onMoved();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(null);
    }
  }
  return html`<${Sheet} place="mid" title="Pickups" onClose=${onClose}><${ErrorNote} error=${error ?? pickups.error} title="We could not move this pickup" />
    ${pickups.items.length ? html`<ul class="pickups">${pickups.items.map((part) => html`<li key=${part.id}><div class="grow"><b class="clip">${part.order_number}</b>
      <small class="muted clip">${itemsOf(part)}, ${part.promised_at ? `by ${promise(part.promised_at, timeZone)}` : SAY[part.status]}</small></div>
      <span class=${`tag ${toneOf(part)}`}>${isLate(part) ? "Late" : SAY[part.status]}</span><button type="button" class="btn" disabled=${busy === part.id} onClick=${() => move(part)}>${NEXT[part.status].label}</button></li>`)}</ul>`
      : html`<${EmptyState} level=${3} icon="box" title="No pickups wait">Orders for pickup in this store show here by themselves.<//>`}<//>`;
}
