// Why did she get it, or not? Every candidate of every send, with each gate it passed or did not.
import { Icon } from "../parts/icons.js";
import { html, render, useEffect, useState } from "../parts/ui.js";
import { PersonPicker, WAYS, api, config, moment, nameOf, useTold } from "./common.js";

const SAID = { send: ["Sent", "check", "is-good"], held: ["Waits", "clock", "is-held"], refused: ["Not sent", "x", "is-bad"] };
const GATES = { consent: "Consent and suppression", holdout: "Holdout", cap: "How often", quiet: "Quiet hours", duplicate: "Only once", content: "Content" };

function Why() {
  const [person, setPerson] = useState(null);
  const [outcome, setOutcome] = useState(config.outcome);
  const [rows, setRows] = useState(null);
  const [next, setNext] = useState(null);
  const [told, , complain] = useTold();
  const query = (cursor) => ({ customer: person?.id, outcome, campaign: config.campaign, template: config.template, code: config.code, days: config.days, cursor, limit: 25 });
  useEffect(() => { if (config.customer) api.get(`/customers/${config.customer}`).then(({ data }) => setPerson({ id: data.id, name: nameOf(data) }), () => {}); }, []);
  useEffect(() => {
    let gone = false;
    setRows(null);
    api.get("/messages/why", { query: query() }).then(({ data }) => { if (!gone) { setRows(data.items); setNext(data.next); } }, complain);
    return () => { gone = true; };
  }, [person, outcome]);
  const more = async () => { const { data } = await api.get("/messages/why", { query: query(next) }); setRows([...rows, ...data.items]); setNext(data.next); };
  const sent = rows?.filter((row) => row.outcome === "send").length ?? 0;
  return html`<header class="desk-head"><div class="grow"><h1>${person ? `Why did ${person.name} get it, or not?` : config.campaign || config.template ? `${config.name || "This message"}: who got it, who not, and why` : "Why did they get it, or not?"}</h1>
      <p>${rows ? person ? rows.length ? `${sent} sent, ${rows.length - sent} not, newest first.` : "Nobody ever meant to write to them." : "Every candidate of every send passes one gate. Look somebody up to see theirs." : " "}</p></div></header>
    ${told}
    <div class="desk-bar is-search">
      <${PersonPicker} label="Customer" placeholder="Name, email or number" person=${person} onPick=${(each) => setPerson({ id: each.id, name: nameOf(each) })} onClear=${() => setPerson(null)} />
      <div class="desk-choice" role="group" aria-label="Verdict">${[["", "All"], ["send", "Sent"], ["held", "Waiting"], ["refused", "Not sent"]].map(([value, label]) => html`<button type="button" aria-pressed=${outcome === value} onClick=${() => setOutcome(value)}>${label}</button>`)}</div>
    </div>
    ${!rows ? html`<div class="desk-loading"><i class="bone" /><i class="bone" /></div>` : rows.length ? html`<ul class="why-list">${rows.map((row) => html`<${Row} key=${row.id} row=${row} person=${person} />`)}</ul>` : html`<div class="desk-empty"><${Icon} name="mail" /><h2>No verdicts here</h2><p>Once a journey or a campaign considers somebody, it shows here why they got the message or why not.</p></div>`}
    ${next && html`<button type="button" class="desk-button" onClick=${more}>Show more</button>`}`;
}

function Row({ row, person }) {
  const [label, icon, tone] = SAID[row.outcome];
  const from = row.source.split(":")[0];
  return html`<li><details class="why">
    <summary>
      <span class=${`why-mark ${tone}`}><${Icon} name=${icon} /></span>
      <span class="why-what"><b>${row.title}</b>${!person && row.customer ? ` for ${row.customer.name}` : null}<span>${row.outcome === "send" ? row.message ? sentWords(row) : row.reason : row.reason}</span></span>
      <span class="why-when">${row.channel ? WAYS[row.channel]?.[0] : ""}<time datetime=${row.at}>${moment(row.at)}</time></span>
    </summary>
    <ol class="why-gates">${row.checks.map((check) => html`<li class=${check.passed ? "is-good" : "is-bad"}><${Icon} name=${check.passed ? "check" : "x"} /><b>${GATES[check.gate] ?? check.gate}</b><span>${check.words}</span></li>`)}</ol>
    <p class="why-from">${label}. Priority ${row.priority}, ${row.purpose}${from ? `, proposed by a ${from}` : ""}${row.held_until ? `, judged again ${moment(row.held_until)}` : ""}.${row.customer ? html` <a href=${config.profile.replace("00000000-0000-0000-0000-000000000000", row.customer.id)}>Open ${row.customer.name}</a>` : null}</p>
  </details></li>`;
}

function sentWords({ message }) {
  if (message.state === "withdrawn") return "Taken back before it was sent.";
  if (message.state !== "sent") return { intended: "About to be sent.", failed: "It failed on the way.", suppressed: "Not sent: the address is suppressed." }[message.state];
  return [`Sent ${moment(message.sent_at)}`, message.opened_at && `opened ${moment(message.opened_at)}`, message.clicked_at && `clicked ${moment(message.clicked_at)}`].filter(Boolean).join(", ") + ".";
}

const root = document.getElementById("desk");
root.replaceChildren();
render(html`<${Why} />`, root);
