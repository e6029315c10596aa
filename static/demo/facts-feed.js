// Follows the event log in the name of the associate: GET /events, newest first, asked again soon after a change.
import { describe } from "./facts.js";
import { useEffect } from "../parts/ui.js";

const KEEP = 40;
const POLL_MS = 2_500;
const AFTER_CHANGE_MS = 250; // facts are in the log before the answer; stock may follow a moment later
const SHOWN = "cart.*,order.*,stock.held,stock.released,stock.low,stock.out,payment.*,fulfilment.*,customer.*,associate.signed_in,refund.*,return.*,points.*,credit.*,referral.*";

export function useFacts(api, open, change, tell, { associate, customer }) {
  useEffect(() => {
    if (!open) return undefined;
    let live = true;
    const people = { ...(associate ? { [associate.id]: associate.name } : {}), ...(customer?.id ? { [customer.id]: customer.name } : {}) };
    const look = () => api.get("/events", { query: { name: SHOWN, limit: KEEP } }).then(({ data }) => live && tell(data.items.map((event) => describe(event, people))), () => {});
    const soon = setTimeout(look, AFTER_CHANGE_MS);
    const timer = setInterval(look, POLL_MS);
    return () => ((live = false), clearTimeout(soon), clearInterval(timer));
  }, [open, change, customer?.id]);
}
