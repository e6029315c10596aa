// Around the diagram: what to add, what is wrong, what the journey did, and publishing.
import { Icon } from "../parts/icons.js";
import { html, useState } from "../parts/ui.js";
import { Symbol } from "./diagram.js";
import { Dialog } from "./dialog.js";
import { People } from "./people.js";

const number = (n) => n.toLocaleString("en");

export function AddStep({ kinds, onPick, onClose }) {
  const groups = Map.groupBy ? Map.groupBy(kinds, (kind) => kind.group) : kinds.reduce((all, kind) => all.set(kind.group, [...(all.get(kind.group) ?? []), kind]), new Map());
  return html`<${Dialog} title="Add a step" onClose=${onClose}>
    ${[...groups].map(([group, members]) => html`<section key=${group}><h3>${group}</h3><div class="jc-kinds">
      ${members.map((kind) => html`<button type="button" onClick=${() => onPick(kind)}><${Symbol} name=${kind.icon} />${kind.title}</button>`)}</div></section>`)}
  <//>`;
}

export function PublishDialog({ version, inside, onPublish, onClose }) {
  const [move, setMove] = useState(false);
  const [busy, setBusy] = useState(false);
  return html`<${Dialog} title=${`Publish version ${version}?`} onClose=${onClose}>
    <p>Those who come in from now on take version ${version}.</p>
    ${inside > 0 && html`<fieldset class="jc-radios"><legend>${number(inside)} ${inside === 1 ? "person is" : "people are"} on the way</legend>
      <label><input type="radio" name="move" checked=${!move} onChange=${() => setMove(false)} />They finish on the version they are on</label>
      <label><input type="radio" name="move" checked=${move} onChange=${() => setMove(true)} />They go on with version ${version}, from the step they stand at</label></fieldset>`}
    <div class="jc-actions"><button type="button" class="jc-button first" disabled=${busy} onClick=${() => { setBusy(true); onPublish(move); }}>Publish version ${version}</button></div>
  <//>`;
}

export function Problems({ problems, onOpen }) {
  return html`<div id="jc-problems" class="jc-problems"><p><${Icon} name="alert" /><b>${problems.length === 1 ? "One thing keeps" : `${problems.length} things keep`} this draft from being published</b></p>
    <ul>${problems.slice(0, 6).map((each) => html`<li>${each.step ? html`<button type="button" class="jc-text" onClick=${() => onOpen(each.step)}>${each.title}</button>` : each.title}</li>`)}
    ${problems.length > 6 && html`<li>and ${problems.length - 6} more</li>`}</ul></div>`;
}

const ENDS = [["active", "On the way"], ["goal", "Reached the goal"], ["done", "Came to the end"], ["exited", "Left early"], ["failed", "Stopped by an error"]];

/** What stands beside the diagram while no step is chosen: how it went for everybody. */
export function JourneyPanel({ journey, counts, days, api, home, config }) {
  const [shown, setShown] = useState(null);
  const people = counts?.people ?? {};
  const all = Object.values(people).reduce((a, b) => a + b, 0);
  if (!all) return html`<aside class="jc-panel quiet" aria-label="The whole journey"><h2>The whole journey</h2><p>${journey.about || "Choose a step to set it up. Numbers appear once people come in."}</p></aside>`;
  return html`<aside class="jc-panel quiet" aria-label="The whole journey"><h2>The whole journey</h2>${journey.about && html`<p>${journey.about}</p>`}
    <div class="jc-bars">${ENDS.filter(([state]) => people[state]).map(([state, label]) => html`<button type="button" aria-expanded=${shown === state} onClick=${() => setShown(shown === state ? null : state)}>
      <span>${label}</span><span class="track"><i class=${state} style=${`width:${(100 * people[state]) / all}%`}></i></span><b>${number(people[state])}</b><span>${Math.round((100 * people[state]) / all)}%</span></button>`)}</div>
    ${shown && html`<${People} key=${shown} api=${api} path=${`${home}/people`} query=${{ state: shown, days }} config=${config} title=${ENDS.find(([state]) => state === shown)[1]} />`}
    <p class="hint">Choose a step to see what happened there and to change it.</p></aside>`;
}
