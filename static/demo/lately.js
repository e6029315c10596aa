// What the customer did lately, on any channel, for whoever serves them next.
import { channelOf } from "../parts/channels.js";
import { Icon } from "../parts/icons.js";
import { when } from "../parts/time.js";
import { html, useEffect, useState } from "../parts/ui.js";
import { describe } from "./facts.js";

const SHOWN = 7;
const WORTH_KNOWING = "cart.line_added,cart.line_removed,cart.code_added,cart.handed_off,cart.abandoned,order.placed,order.cancelled,fulfilment.*,return.*,points.burned,points.clawed_back,credit.*,referral.*";

export function Lately({ api, customer, people, change }) {
  const [rows, setRows] = useState([]);
  useEffect(() => {
    let live = true;
    if (!customer.id) return setRows([]);
    const query = { customer: customer.id, name: WORTH_KNOWING, limit: SHOWN };
    api.get("/events", { query }).then(({ data }) => live && setRows(data.items.map((event) => describe(event, people))), () => live && setRows([]));
    return () => (live = false);
  }, [customer.id, change]);
  if (!rows.length) return null;
  return html`<section class="card lately" aria-label="Lately" tabindex="0"><h2>Lately</h2><ul>${rows.map((row) => html`<li key=${row.id} class=${`ch-${channelOf(row.channel).tone}`}>
    <${Icon} name=${channelOf(row.channel).icon} /><span class="grow">${row.strong}</span><time class="muted" datetime=${row.at}>${when(row.at)}</time></li>`)}</ul></section>`;
}
