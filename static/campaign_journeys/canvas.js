// A journey as a diagram: line width is people, losses stand beside the step they happen at. Edited by adding and
// connecting steps, kept as a draft while one types. All it knows comes from the public API.
import { ApiError, bySession, createApi } from "../parts/api.js";
import { Icon } from "../parts/icons.js";
import { Toasts, createToasts } from "../parts/toast.js";
import { cls, html, render, useCallback, useEffect, useMemo, useRef, useState } from "../parts/ui.js";
import { Diagram } from "./diagram.js";
import { addStep, connect, removeStep, rename, setting, withWays } from "./graph.js";
import { StepPanel } from "./panel.js";
import { AddStep, JourneyPanel, Problems, PublishDialog } from "./parts.js";
import { TryPanel } from "./try.js";

const config = JSON.parse(document.getElementById("config").textContent);
const SAVE_AFTER_MS = 500;
const RENEW_MS = 10_000;
const PERIODS = [
  ["7", "Last 7 days"],
  ["30", "Last 30 days"],
  ["365", "Last 365 days"],
  ["", "Since the start"],
];
const api = createApi({ credential: bySession });
const toasts = createToasts();
const HOME = `/journeys/${config.journey}`;

const STATUS = { draft: "Not published yet", live: "Live", paused: "Paused", ended: "Ended" };
const TONE = { live: "ok", paused: "warn", ended: "quiet", draft: "quiet" };

function told(error) {
  toasts.show(error instanceof ApiError ? error.message : "Something went wrong.", { icon: "alert" });
}

/** The draft: what is drawn at once, what the server says of it a moment later. */
function useDraft(reload) {
  const [state, setState] = useState(null);
  const steps = useRef([]);
  const revision = useRef(null);
  const timer = useRef(0);
  const saving = useRef(Promise.resolve());

  const take = useCallback((data) => {
    steps.current = data.graph.steps ?? [];
    revision.current = data.state === "draft" ? data.revision : null;
    setState({ ...data, steps: steps.current, shown: new Map(data.steps.map((s) => [s.id, s])), dirty: false });
  }, []);

  const load = useCallback(async () => take((await api.get(`${HOME}/draft`)).data), []);
  useEffect(() => {
    load().catch(told);
  }, []);

  async function keep() {
    const sent = steps.current;
    try {
      const { data } = await api.put(`${HOME}/draft`, { graph: { steps: sent } }, {
        ifMatch: revision.current ? `"${revision.current}"` : undefined,
      });
      const isFirst = revision.current === null;
      revision.current = data.revision;
      const shown = new Map(data.steps.map((s) => [s.id, s]));
      setState((now) => ({
        ...now, ...data, shown, steps: steps.current, dirty: steps.current !== sent,
      }));
      if (isFirst) reload();
    } catch (error) {
      if (error.status === 412) {
        toasts.show("Somebody else changed this draft. This is theirs; yours was not kept.", { icon: "alert" });
        await load();
      } else {
        setState((now) => ({ ...now, failed: error.message }));
        told(error);
      }
    }
  }

  const change = useCallback((make) => {
    steps.current = make(steps.current);
    setState((now) => ({ ...now, steps: steps.current, dirty: true, failed: null }));
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      saving.current = saving.current.then(keep);
    }, SAVE_AFTER_MS);
  }, []);

  const settle = useCallback(async () => {
    clearTimeout(timer.current);
    await saving.current;
    if (revision.current === null || steps.current) await (saving.current = saving.current.then(keep));
  }, []);

  return { state, change, settle, load, take };
}

function useJourney() {
  const [journey, setJourney] = useState(null);
  const reload = useCallback(() => api.get(HOME).then(({ data }) => setJourney(data)).catch(told), []);
  useEffect(() => {
    reload();
  }, []);
  return [journey, reload, setJourney];
}

function useCounts(days) {
  const [counts, setCounts] = useState(null);
  const load = useCallback(
    () =>
      api
        .get(`${HOME}/counts`, { query: { days } })
        .then(({ data }) => setCounts({ ...data, steps: new Map(data.steps.map((s) => [s.step, s])) }))
        .catch(() => {}),
    [days],
  );
  useEffect(() => {
    load();
    const timer = setInterval(() => document.visibilityState === "visible" && load(), RENEW_MS);
    return () => clearInterval(timer);
  }, [days]);
  return [counts, load];
}

function Canvas() {
  const [journey, reload, setJourney] = useJourney();
  const { state, change, settle, load } = useDraft(reload);
  const [days, setDays] = useState("30");
  const [counts, renew] = useCounts(days);
  const [words, setWords] = useState(null);
  const [selected, select] = useState(null);
  const [panel, setPanel] = useState(null); // "try", "add", "publish"
  const [adding, setAdding] = useState(null);
  const [walked, setWalked] = useState(null);
  const opener = useRef(null);

  useEffect(() => {
    const rule = api.get("/segments/vocabulary").then(({ data }) => data, () => null); // whoever may not see segments builds no rules
    Promise.all([api.get("/journeys/kinds"), rule]).then(([{ data }, found]) => setWords({ ...data, rule: found }), told);
  }, []);
  const kinds = useMemo(() => new Map((words?.kinds ?? []).map((kind) => [kind.name, kind])), [words]);
  const steps = state?.steps ?? [];
  const waysOf = useCallback((id) => state?.shown.get(id)?.ways, [state]);
  useEffect(() => {
    if (state && !state.dirty && config.mayEdit) {
      const clean = withWays(state.steps, waysOf);
      if (clean.some((step, index) => step !== state.steps[index])) change(() => clean);
    }
  }, [state?.shown]);

  if (!journey || !state || !words) return html`<p class="jc-loading" role="status">Drawing the journey…</p>`;

  const chosen = steps.find((step) => step.id === selected);
  const problems = state.problems ?? [];
  const isDraft = state.state === "draft";
  const open = (id) => {
    select(id);
    setPanel(null);
  };
  const act = async (verb, done) => {
    try {
      setJourney((await api.post(`${HOME}/${verb}`)).data);
      toasts.show(done);
    } catch (error) {
      told(error);
    }
  };
  const startAdding = (from = null, way = "then") => {
    opener.current = document.activeElement;
    setAdding({ from, way });
    setPanel("add");
  };
  const add = (kind) => {
    let made;
    change((now) => {
      const firstWay = { condition: "no", wait: "then", split: "a" }[kind.name] ?? "then";
      const isEnd = kind.name === "exit";
      made = addStep(now, { kind, ...adding, firstWay: isEnd ? null : firstWay });
      return made.steps;
    });
    open(made.id);
  };
  const publish = async (movePeople) => {
    try {
      await settle();
      await api.post(`${HOME}/publish`, { move_people: movePeople });
      await Promise.all([load(), reload(), renew()]);
      setPanel(null);
      toasts.show(`Version ${state.number} is live.`);
    } catch (error) {
      setPanel(null);
      const first = error.data?.problems?.[0];
      if (first?.step) open(first.step);
      told(error);
    }
  };

  return html`
    <div class=${cls("jc", { "has-panel": chosen || panel === "try" })}>
      <header class="jc-head">
        <div class="jc-title">
          <h1>${journey.name}</h1>
          <span class=${`jc-tag ${TONE[journey.status]}`}
            >${STATUS[journey.status]}${journey.live_version ? `, version ${journey.live_version}` : ""}</span
          >
          ${isDraft && html`<span class="jc-tag warn">Version ${state.number} is a draft</span>`}
          <p>${headline(counts, days, journey.status)}</p>
        </div>
        <div class="jc-tools">
          <label class="jc-sr" for="jc-days">Period</label>
          <select id="jc-days" value=${days} onChange=${(event) => setDays(event.target.value)}>
            ${PERIODS.map(([value, label]) => html`<option value=${value}>${label}</option>`)}
          </select>
          ${config.mayEdit && html`<button type="button" class="jc-button" onClick=${() => startAdding()}><${Icon} name="plus" />Step</button>`}
          <button type="button" class="jc-button" aria-pressed=${panel === "try"}
            onClick=${() => { select(null); setWalked(null); setPanel(panel === "try" ? null : "try"); }}>Try with a person</button>
          ${config.mayEdit && journey.status === "live" && html`<button type="button" class="jc-button" onClick=${() => act("pause", "The journey rests. Nobody comes in and nobody moves on.")}>Pause</button>`}
          ${config.mayEdit && journey.status === "paused" && html`<button type="button" class="jc-button" onClick=${() => act("resume", "The journey goes on.")}>Go on</button>`}
          ${config.mayEdit && isDraft && html`<button type="button" class="jc-button first" disabled=${problems.length > 0}
            aria-describedby=${problems.length ? "jc-problems" : undefined}
            onClick=${() => { opener.current = document.activeElement; setPanel("publish"); }}>Publish version ${state.number}</button>`}
        </div>
        <p class="jc-saved" role="status">${state.failed ? `Not kept: ${state.failed}` : state.dirty ? "Keeping…" : isDraft ? "Draft kept" : ""}</p>
      </header>
      <div class="jc-body">
        <div class="jc-left">
          ${problems.length > 0 && isDraft && html`<${Problems} problems=${problems} onOpen=${open} />`}
          <${Diagram} steps=${steps} shown=${state.shown} kinds=${kinds} counts=${counts} problems=${problems}
            selected=${selected} walked=${panel === "try" ? walked : null} mayEdit=${config.mayEdit}
            onSelect=${open} onAdd=${startAdding}
            onConnect=${(from, way, to) => change((now) => connect(now, from, way, to))} />
        </div>
        ${chosen && html`<${StepPanel} key=${chosen.id} api=${api} home=${HOME} config=${config} step=${chosen} steps=${steps}
          kind=${kinds.get(chosen.kind)} words=${words} ways=${waysOf(chosen.id) ?? []}
          sentence=${state.shown.get(chosen.id)?.sentence ?? ""}
          counts=${counts?.steps.get(chosen.id)} days=${days} problems=${problems.filter((each) => each.step === chosen.id)}
          mayEdit=${config.mayEdit}
          onName=${(name) => change((now) => rename(now, chosen.id, name))}
          onSetting=${(field, value) => change((now) => setting(now, chosen.id, field, value))}
          onConnect=${(way, to) => change((now) => connect(now, chosen.id, way, to))}
          onAdd=${(way) => startAdding(chosen.id, way)}
          onRemove=${() => { change((now) => removeStep(now, chosen.id)); select(null); }}
          onClose=${() => { const id = chosen.id; select(null); requestAnimationFrame(() => document.getElementById(`step-${id}`)?.focus()); }} />`}
        ${!chosen && panel !== "try" && html`<${JourneyPanel} key=${days} journey=${journey} counts=${counts} days=${days} api=${api} home=${HOME} config=${config} />`}
        ${panel === "try" && html`<${TryPanel} api=${api} home=${HOME} steps=${steps} kinds=${kinds} config=${config} onWalked=${setWalked} onClose=${() => setPanel(null)} />`}
      </div>
      ${panel === "add" && html`<${AddStep} kinds=${[...kinds.values()]} onPick=${add} onClose=${() => { setPanel(null); opener.current?.focus(); }} />`}
      ${panel === "publish" && html`<${PublishDialog} version=${state.number} inside=${journey.inside} onPublish=${publish} onClose=${() => { setPanel(null); opener.current?.focus(); }} />`}
      <${Toasts} toasts=${toasts} />
    </div>
  `;
}

const number = (n) => n.toLocaleString("en");

/** What the journey does, in one sentence with its period. */
function headline(counts, days, status) {
  const period = (PERIODS.find(([value]) => value === days) ?? PERIODS[0])[1].toLowerCase();
  const people = counts?.people;
  const all = people ? Object.values(people).reduce((a, b) => a + b, 0) : 0;
  if (!all) return status === "live" ? `Nobody came in so far. ${period[0].toUpperCase()}${period.slice(1)}.` : "Nobody came in yet. Publish it, and see here what becomes of people.";
  const goal = people.goal ? `${number(people.goal)} of ${number(all)} reached the goal, ${Math.round((100 * people.goal) / all)}%` : `${number(all)} came in`;
  return `${goal}; ${number(people.active)} are on the way. ${period[0].toUpperCase()}${period.slice(1)}.`;
}

render(html`<${Canvas} />`, document.getElementById("journey"));
