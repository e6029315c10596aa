// What the customer did lately, on any channel: the log’s own sentences, for whoever serves them next.
import { channelOf } from "../parts/channels.js";
import { Icon } from "../parts/icons.js";
import { when } from "../parts/time.js";
import { html, useEffect, useState } from "../parts/ui.js";

const SHOWN = 6;

export function Lately({ api, customer, change }) {
  const [events, setEvents] = useState(null);
  useEffect(() => {
    let live = true;
    if (!customer.id) return setEvents(null);
    api.get("/events", { query: { customer: customer.id, limit: SHOWN } }).then(({ data }) => live && setEvents(data.items), () => live && setEvents(null));
    return () => (live = false);
  }, [customer.id, change]);
  if (!events?.length) return null;
  return html`<section class="card lately" aria-label="Lately" tabindex="0"><h2>Lately</h2><ul>${events.map((event) => html`<li key=${event.id} class=${`ch-${channelOf(event.channel).tone}`}><${Icon} name=${channelOf(event.channel).icon} /><span class="grow">${event.sentence}</span><time class="muted" datetime=${event.occurred_at}>${when(event.occurred_at)}</time></li>`)}</ul></section>`;
}
