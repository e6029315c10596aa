// What came of one message, wherever it was sent from: journeys, campaigns, or what somebody did.
import { html, render, useEffect, useState } from "../parts/ui.js";
import { api, config, useTold } from "./common.js";
import { ResultCards } from "./results.js";

const PERIODS = [["7", "Last 7 days"], ["30", "Last 30 days"], ["365", "Last 365 days"]];

function Page() {
  const [days, setDays] = useState("30");
  const [found, setFound] = useState(null);
  const [told, , complain] = useTold();
  useEffect(() => {
    let gone = false;
    const load = () => api.get("/messages/results", { query: { template: config.key, days } }).then(({ data }) => !gone && setFound(data), complain);
    load();
    const timer = setInterval(load, 15000);
    return () => { gone = true; clearInterval(timer); };
  }, [days]);
  return html`<header class="desk-head"><div class="grow"><h1>${config.name}</h1><p>What came of this message, from journeys and campaigns alike.</p></div>
      <label class="desk-select"><span class="sr-only">Period</span><select value=${days} onChange=${(event) => setDays(event.target.value)}>${PERIODS.map(([value, label]) => html`<option value=${value} selected=${value === days}>${label}</option>`)}</select></label>
      <a class="desk-button" href=${config.edit}>Edit the message</a></header>
    ${told}
    ${found ? html`<${ResultCards} found=${found} scope=${{ template: config.key, days }} />` : html`<div class="desk-loading"><i class="bone" /><i class="bone" /></div>`}`;
}

const root = document.getElementById("desk");
root.replaceChildren();
render(html`<${Page} />`, root);
