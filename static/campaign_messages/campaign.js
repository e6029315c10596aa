// One send to many: who, what, how and when. Once it is on its way the same page shows what comes of it.
import { Icon } from "../parts/icons.js";
import { html, render, useEffect, useRef, useState } from "../parts/ui.js";
import { WAYS, api, config, count, moment, useTold } from "./common.js";
import { ResultCards } from "./results.js";

const BEGUN = new Set(["running", "paused", "done", "cancelled"]);
const BLANK = { name: "", template: "", channels: ["email"], segments: [], excluded: [], priority: 30, holdout_pct: 0, utm_campaign: "" };
const STATES = { draft: ["Draft", ""], scheduled: ["Scheduled", "is-accent"], running: ["Sending", "is-ok"], paused: ["Paused", "is-warn"], done: ["Sent", "is-ok"], cancelled: ["Cancelled", "is-danger"] };

function Page() {
  const [campaign, setCampaign] = useState(null);
  const [segments, setSegments] = useState([]);
  const [templates, setTemplates] = useState([]);
  const [told, tell, complain] = useTold();
  useEffect(() => {
    if (config.id) api.get(`/campaigns/${config.id}`).then(({ data }) => setCampaign(data), complain); else setCampaign({ ...BLANK, state: "draft", missing: [] });
    everySegment().then(setSegments, () => {});
    api.get("/messages/templates").then(({ data }) => setTemplates(data.items), complain);
  }, []);
  useEffect(() => {
    if (!campaign?.id || !["scheduled", "running"].includes(campaign.state)) return undefined;
    const timer = setInterval(() => api.get(`/campaigns/${campaign.id}`).then(({ data }) => setCampaign(data), () => {}), 3000);
    return () => clearInterval(timer);
  }, [campaign?.state, campaign?.id]);
  if (!campaign) return html`<div class="desk-loading"><i class="bone" /><i class="bone" /></div>`;
  const act = async (step, body) => {
    try { const { data } = await api.post(`/campaigns/${campaign.id}/${step}`, body ?? {}); setCampaign(data); } catch (error) { complain(error); }
  };
  const parts = { campaign, setCampaign, segments, templates, told, tell, complain, act };
  return BEGUN.has(campaign.state) && (campaign.started_at || campaign.state === "cancelled") ? html`<${Results} ...${parts} />` : html`<${Builder} ...${parts} />`;
}

async function everySegment() {
  const found = [];
  for (let cursor; found.length < 500;) {
    const { data } = await api.get("/segments", { query: { cursor, limit: 100, state: "live" } });
    found.push(...data.items);
    if (!(cursor = data.next)) break;
  }
  return found;
}

// --- Building ------------------------------------------------------------------------------------------

function Builder({ campaign, setCampaign, segments, templates, told, complain, act }) {
  const [audience, setAudience] = useState(null);
  const [page, setPage] = useState(null);
  const [when, setWhen] = useState("now");
  const [at, setAt] = useState("");
  const [asking, setAsking] = useState(false);
  const change = (more) => setCampaign({ ...campaign, ...more });
  const template = templates.find((each) => each.key === campaign.template);
  const key = JSON.stringify([campaign.segments, campaign.excluded, campaign.channels]);
  useEffect(() => {
    if (!campaign.segments.length || !campaign.channels.length) { setAudience(null); return undefined; }
    let gone = false;
    const timer = setTimeout(() => api.post("/campaigns/audience", { segments: campaign.segments, excluded: campaign.excluded, channels: campaign.channels }).then(({ data }) => { if (!gone) setAudience(data); }, complain), 250);
    return () => { gone = true; clearTimeout(timer); };
  }, [key]);
  useEffect(() => {
    if (!campaign.template) return;
    api.get(`/messages/templates/${campaign.template}`).then(async ({ data }) => {
      const shown = await api.post(`/messages/templates/${campaign.template}/preview`, { words: data.words });
      setPage(shown.data);
    }, complain);
  }, [campaign.template]);

  async function keep() {
    const body = Object.fromEntries(Object.keys(BLANK).map((name) => [name, campaign[name]]));
    const { data } = campaign.id ? await api.patch(`/campaigns/${campaign.id}`, body) : await api.post("/campaigns", body);
    if (!campaign.id) history.replaceState(null, "", `${config.here.replace(/build\/$/, "")}${data.id}/build/`);
    setCampaign(data);
    return data;
  }
  async function send() {
    setAsking(false);
    try {
      const kept = await keep();
      const { data } = await api.post(`/campaigns/${kept.id}/schedule`, when === "at" && at ? { send_at: new Date(at).toISOString() } : {});
      setCampaign(data);
    } catch (error) { complain(error); }
  }
  const missing = [!campaign.name.trim() && "a name", !campaign.segments.length && "an audience", !campaign.template && "a message", !campaign.channels.length && "a channel", when === "at" && !at && "a time"].filter(Boolean);
  const waits = campaign.state === "scheduled" || campaign.state === "paused";
  return html`<header class="desk-head">
      <div class="grow"><label class="sr-only" for="name">Name</label><input id="name" class="desk-title" placeholder="Name this campaign" value=${campaign.name} onInput=${(event) => change({ name: event.target.value })} />
      <p><span class=${`desk-tag ${STATES[campaign.state][1]}`}>${STATES[campaign.state][0]}</span>${waits && campaign.send_at ? `Begins ${moment(campaign.send_at)}` : missing.length ? `Still needs ${missing.join(", ")}.` : "Ready to send."}</p></div>
      ${config.may_change && (waits ? html`<button type="button" class="desk-button" onClick=${() => act("cancel")}>Cancel it</button>`
        : html`<button type="button" class="desk-button" disabled=${!campaign.name.trim() || !campaign.template} onClick=${() => keep().catch(complain)}>Save draft</button><button type="button" class="desk-button is-first" disabled=${missing.length > 0} onClick=${() => setAsking(true)}>${when === "at" ? "Schedule" : "Send"}${audience ? ` to ${count(audience.reachable)}` : ""}</button>`)}
    </header>
    ${told}
    <div class="camp">
      <div class="camp-steps">
        <${Step} icon="user" title="Who" said=${campaign.segments.length ? "Whoever is in any of these when it begins" : "Choose at least one segment"}>
          <${Segments} label="In" chosen=${campaign.segments} segments=${segments} onChange=${(segmentIds) => change({ segments: segmentIds })} />
          <${Segments} label="But not in" chosen=${campaign.excluded} segments=${segments} onChange=${(excluded) => change({ excluded })} />
        </${Step}>
        <${Step} icon="mail" title="What" said=${template ? template.name : "Choose a message"}>
          <div class="camp-templates">${templates.filter((each) => each.purpose === "marketing").map((each) => html`<button type="button" key=${each.key} aria-pressed=${each.key === campaign.template} onClick=${() => change({ template: each.key, channels: campaign.channels.filter((name) => each.channels.includes(name)) })}><b>${each.name}</b><span>${each.channels.map((name) => WAYS[name][0]).join(", ")}</span></button>`)}</div>
        </${Step}>
        <${Step} icon="send" title="How" said="The first channel somebody agreed to is taken">
          <div class="camp-ways">${Object.entries(WAYS).filter(([name]) => !template || template.channels.includes(name)).map(([name, [label, icon]]) => {
            const place = campaign.channels.indexOf(name);
            return html`<button type="button" class="desk-chip" key=${name} aria-pressed=${place >= 0} onClick=${() => change({ channels: place >= 0 ? campaign.channels.filter((each) => each !== name) : [...campaign.channels, name] })}><${Icon} name=${icon} />${label}${place >= 0 && campaign.channels.length > 1 ? html`<b>${place + 1}</b>` : null}</button>`;
          })}</div>
          <div class="camp-numbers">
            <label>Priority <input type="number" min="0" max="100" value=${campaign.priority} onInput=${(event) => change({ priority: clamp(event.target.value, 100) })} /><span>The higher one wins when somebody has had enough mail.</span></label>
            <label>Hold out <span class="unit"><input type="number" min="0" max="90" value=${campaign.holdout_pct} onInput=${(event) => change({ holdout_pct: clamp(event.target.value, 90) })} />%</span><span>These get nothing, to see what it changed.</span></label>
          </div>
        </${Step}>
        <${Step} icon="clock" title="When" said=${when === "now" ? "As soon as you send it" : "At a time, by your clock"}>
          <div class="desk-choice" role="group" aria-label="When"><button type="button" aria-pressed=${when === "now"} onClick=${() => setWhen("now")}>Now</button><button type="button" aria-pressed=${when === "at"} onClick=${() => setWhen("at")}>At a time</button></div>
          ${when === "at" && html`<input class="camp-at" type="datetime-local" aria-label="Begin at" value=${at} onInput=${(event) => setAt(event.target.value)} />`}
        </${Step}>
      </div>
      <aside class="camp-side">
        <p class="camp-label">People</p>
        <p class="camp-big">${audience ? count(audience.count) : "–"}</p>
        ${audience ? html`<p class="desk-hint">${count(audience.reachable)} may be written to by the channels chosen.${audience.count > audience.reachable ? ` ${count(audience.count - audience.reachable)} gave no consent or have no address.` : ""}</p><div class="camp-bar"><i style=${`width:${audience.count ? 100 * audience.reachable / audience.count : 0}%`} /></div>` : html`<p class="desk-hint">Counted as soon as you choose a segment.</p>`}
        ${page?.html && html`<p class="camp-label">How it looks</p><p class="desk-subject"><b>${page.subject}</b></p><${Small} page=${page.html} />`}
      </aside>
    </div>
    ${asking && html`<${Ask} audience=${audience} when=${when === "at" ? at : ""} onYes=${send} onClose=${() => setAsking(false)} />`}`;
}

const clamp = (value, most) => Math.max(0, Math.min(most, Math.round(Number(value) || 0)));

const Step = ({ icon, title, said, children }) => html`<section class="camp-step"><h2><${Icon} name=${icon} />${title}<small>${said}</small></h2>${children}</section>`;

function Segments({ label, chosen, segments, onChange }) {
  const there = segments.filter((each) => chosen.includes(each.id));
  const left = segments.filter((each) => !chosen.includes(each.id));
  return html`<div class="camp-segments"><span>${label}</span>
    ${there.map((each) => html`<span class="desk-chip is-on" key=${each.id}>${each.name}<em>${count(each.members ?? each.member_count)}</em><button type="button" class="desk-x" aria-label=${`Without ${each.name}`} onClick=${() => onChange(chosen.filter((id) => id !== each.id))}><${Icon} name="x" /></button></span>`)}
    ${left.length || !segments.length ? html`<select aria-label=${`${label}: add a segment`} value="" onChange=${(event) => event.target.value && onChange([...chosen, event.target.value])}><option value="">${segments.length ? "Add a segment" : "There are no live segments yet"}</option>${left.map((each) => html`<option value=${each.id}>${each.name}</option>`)}</select>` : null}
  </div>`;
}

function Small({ page }) {
  return html`<div class="desk-frame is-small"><iframe title="The message" sandbox="" srcdoc=${page} style="width:390px;height:640px;transform:scale(.66)" /></div>`;
}

function Ask({ audience, when, onYes, onClose }) {
  const dialog = useRef(null);
  useEffect(() => dialog.current.showModal(), []);
  return html`<dialog ref=${dialog} class="desk-dialog" onClose=${onClose} aria-label="Send it?"><h2>${when ? "Schedule it?" : "Send it now?"}</h2>
    <p>To ${count(audience?.reachable)} people${when ? `, from ${moment(when)} on` : ""}. Each passes the gate once more as it is sent: consent, how often, quiet hours.</p>
    <div class="desk-row"><button type="button" class="desk-button" onClick=${() => dialog.current.close()}>Not yet</button><button type="button" class="desk-button is-first" onClick=${onYes}>${when ? "Schedule" : "Send"}</button></div></dialog>`;
}

// --- What came of it ------------------------------------------------------------------------------------

function Results({ campaign, templates, told, complain, act }) {
  const [found, setFound] = useState(null);
  useEffect(() => {
    const load = () => api.get(`/campaigns/${campaign.id}/results`).then(({ data }) => setFound(data), complain);
    load();
    const timer = setInterval(load, campaign.state === "running" ? 3000 : 15000);
    return () => clearInterval(timer);
  }, [campaign.state]);
  const [label, tone] = STATES[campaign.state];
  const template = templates.find((each) => each.key === campaign.template);
  if (!found) return html`<div class="desk-loading"><i class="bone" /><i class="bone" /></div>`;
  return html`<header class="desk-head">
      <div class="grow"><h1>${campaign.name}</h1><p><span class=${`desk-tag ${tone}`}>${label}</span>${template?.name ?? campaign.template}${campaign.started_at ? `, begun ${moment(campaign.started_at)}` : ""}${campaign.done_at && campaign.state === "done" ? `, everybody judged ${moment(campaign.done_at)}` : ""}</p></div>
      ${config.may_change && campaign.state === "running" && html`<button type="button" class="desk-button" onClick=${() => act("pause")}>Pause</button>`}
      ${config.may_change && campaign.state === "paused" && html`<button type="button" class="desk-button is-first" onClick=${() => act("resume")}>Resume</button>`}
      ${config.may_change && ["running", "paused"].includes(campaign.state) && html`<button type="button" class="desk-button" onClick=${() => act("cancel")}>Cancel the rest</button>`}
    </header>
    ${told}
    ${["running", "paused"].includes(campaign.state) && html`<div class="res-progress" role="progressbar" aria-label="Judged so far" aria-valuemin="0" aria-valuemax=${found.audience} aria-valuenow=${found.planned}><i style=${`width:${found.audience ? 100 * found.planned / found.audience : 0}%`} /><span>${count(found.planned)} of ${count(found.audience)} judged, ${count(found.totals.sent)} sent</span></div>`}
    <${ResultCards} found=${found} scope=${{ campaign: campaign.id }} />`;
}

const root = document.getElementById("desk");
root.replaceChildren();
render(html`<${Page} />`, root);
