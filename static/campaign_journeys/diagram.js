// The diagram: boxes are buttons, lines are as wide as the people who took them.
import { cls, html, useEffect, useMemo, useRef, useState } from "../parts/ui.js";
import { layOut, lineOf } from "./layout.js";

const WIDEST = 13;
const number = (n) => n.toLocaleString("en");
export const Symbol = ({ name }) => html`<span class="material-symbols-outlined" aria-hidden="true">${name}</span>`;

/** Losses drawn beside their step: ways that lead nowhere, and people an error stopped. */
function ghostsOf(steps, counts) {
  const ghosts = [];
  for (const step of steps) {
    const seen = counts?.steps.get(step.id);
    for (const way of seen?.ways ?? []) {
      if (way.way === "not_sent" && !step.next.not_sent) {
        const why = way.reasons[0]?.reason ?? "held back";
        ghosts.push({ id: `${step.id}/${way.way}`, from: step.id, title: "Not sent", note: why, count: way.count, icon: "shield", of: seen.came });
      }
    }
    if (seen?.failed) {
      ghosts.push({ id: `${step.id}/failed`, from: step.id, title: "Stopped by an error", note: "open the step to send them on", count: seen.failed, icon: "error", of: seen.came, tone: "danger" });
    }
  }
  return ghosts;
}

/** Goals that count from anywhere hang on the waits they end: drawn from the first, counted from all. */
function withGoalLines(steps, shown) {
  const goals = steps.filter((step) => step.kind === "goal" && step.settings.event && step.settings.anywhere !== false);
  const led = new Set(steps.flatMap((step) => Object.values(step.next)));
  const waits = steps.filter((step) => step.kind === "wait");
  const extra = new Map();
  for (const goal of goals) {
    const holder = waits[waits.length - 1] ?? steps.find((step) => step.kind === "trigger");
    if (!led.has(goal.id) && holder) extra.set(holder.id, [...(extra.get(holder.id) ?? []), goal.id]);
  }
  return steps.map((step) => ({
    ...step,
    ways: shown.get(step.id)?.ways ?? [],
    next: { ...step.next, ...Object.fromEntries((extra.get(step.id) ?? []).map((id, n) => [`goal${n || ""}`, id])) },
  }));
}

export function Diagram({ steps, shown, kinds, counts, problems, selected, walked, mayEdit, onSelect, onAdd, onConnect }) {
  const ghosts = useMemo(() => ghostsOf(steps, counts), [steps, counts]);
  const drawn = useMemo(() => withGoalLines(steps, shown), [steps, shown]);
  const plan = useMemo(() => layOut(drawn, ghosts), [drawn, ghosts]);
  const [drag, setDrag] = useState(null);
  const surface = useRef(null);
  const faulty = new Set(problems.map((each) => each.step));
  const most = Math.max(1, ...[...(counts?.steps.values() ?? [])].map((each) => each.came));
  const widthOf = (people) => (people ? Math.max(1.5, (WIDEST * people) / most) : 1.5);

  useEffect(() => {
    if (!drag) return undefined;
    const at = (event) => {
      const box = surface.current.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const move = (event) => setDrag((now) => now && { ...now, to: at(event) });
    const drop = (event) => {
      const target = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-step]")?.dataset.step;
      if (target && target !== drag.from && steps.find((step) => step.id === target)?.kind !== "trigger") onConnect(drag.from, drag.way, target);
      setDrag(null);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", drop, { once: true });
    return () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", drop);
    };
  }, [drag?.from, drag?.way]);

  /** Arrows walk the lines: down and up the way, left and right among what stands beside. */
  const walk = (event, id) => {
    const step = drawn.find((each) => each.id === id);
    const to = {
      ArrowDown: () => Object.values(step.next).find((each) => plan.nodes.get(each)?.row > plan.nodes.get(id).row),
      ArrowUp: () => drawn.find((each) => Object.values(each.next).includes(id) && plan.nodes.get(each.id).row < plan.nodes.get(id).row)?.id,
      ArrowRight: () => neighbour(plan, id, 1),
      ArrowLeft: () => neighbour(plan, id, -1),
    }[event.key]?.();
    if (!to) return;
    event.preventDefault();
    document.getElementById(`step-${to}`)?.focus();
  };

  if (!steps.length) {
    return html`<div class="jc-empty"><h2>Begin with what brings people in</h2>
      <p>A trigger is an event, or a segment they enter or leave. Then add waits, messages, codes and ways to leave.</p>
      ${mayEdit && html`<button type="button" class="jc-button first" onClick=${() => onAdd()}>Add a trigger</button>`}</div>`;
  }
  const lines = drawn.flatMap((step) => linesOf(step, plan, counts, steps));
  return html`<div class="jc-scroll" tabindex="0" role="group" aria-label="The journey as a diagram">
    <div class="jc-canvas" ref=${surface} style=${`width:${plan.width}px;height:${plan.height}px`}>
      <svg width=${plan.width} height=${plan.height} aria-hidden="true">
        ${lines.map((line) => html`<path key=${line.key} d=${line.path} class=${cls("jc-line", line.tone, { walked: walked && isWalked(walked, line) })} stroke-width=${line.tone === "loss" ? 1.5 : widthOf(line.people)} />`)}
        ${ghosts.map((ghost) => html`<path key=${ghost.id} class="jc-line loss" stroke-width="1.5" d=${lineOf(plan.nodes.get(ghost.from), plan.nodes.get(ghost.id)).path} />`)}
        ${lines.filter((line) => line.text).map((line) => html`<text key=${line.key} x=${line.label[0] + (line.beside ? 0 : 12)} y=${line.label[1]} text-anchor=${line.beside ? "middle" : "start"}>${line.text}</text>`)}
        ${ghosts.map((ghost) => { const [x, y] = lineOf(plan.nodes.get(ghost.from), plan.nodes.get(ghost.id)).label; return html`<text class="quiet" x=${x} y=${y} text-anchor="middle">${ghost.of ? `${Math.round((100 * ghost.count) / ghost.of)}%` : ""}</text>`; })}
        ${drag && html`<path class="jc-line drag" stroke-width="2" d=${`M${drag.start}L${drag.to}`} />`}
      </svg>
      ${drawn.map((step) => html`<${Box} key=${step.id} step=${step} at=${plan.nodes.get(step.id)} kind=${kinds.get(step.kind)}
        sentence=${shown.get(step.id)?.sentence ?? ""} seen=${counts?.steps.get(step.id)} isFaulty=${faulty.has(step.id)}
        isSelected=${selected === step.id} isWalked=${walked?.has(step.id)} isFaded=${walked && !walked.has(step.id)}
        onSelect=${() => onSelect(step.id)} onKeyDown=${(event) => walk(event, step.id)} />`)}
      ${ghosts.map((ghost) => { const at = plan.nodes.get(ghost.id); return html`<button type="button" key=${ghost.id} id=${`step-${ghost.id}`} class=${cls("jc-node ghost", ghost.tone)} style=${place(at)} onClick=${() => onSelect(ghost.from)}>
        <span class="icon"><${Symbol} name=${ghost.icon} /></span><span class="words"><b>${ghost.title}</b><small>${ghost.note}</small></span><span class="count">${number(ghost.count)}</span></button>`; })}
      ${mayEdit && lines.filter((line) => line.plus && !line.isGoal).map((line) => html`<button type="button" key=${`plus${line.key}`} class="jc-plus" style=${`left:${line.plus[0]}px;top:${line.plus[1]}px`}
        aria-label=${`Add a step after ${line.fromName}${line.way === "then" ? "" : `, on “${line.wayLabel}”`}`} onClick=${() => onAdd(line.from, line.way)}><${Symbol} name="add" /></button>`)}
      ${mayEdit && drawn.flatMap((step) => openWays(step, plan).map(({ way, x, y }) => html`<button type="button" key=${`open${step.id}${way.name}`} class=${cls("jc-plus open", { required: way.required })} style=${`left:${x}px;top:${y}px`}
        title="Drag to a step, or press to add one" aria-label=${`“${way.label}” of ${nameOf(step, kinds)} leads nowhere: add a step`}
        onPointerDown=${(event) => { event.target.releasePointerCapture?.(event.pointerId); setDrag({ from: step.id, way: way.name, start: [x, y], to: [x, y] }); }}
        onClick=${() => onAdd(step.id, way.name)}><${Symbol} name="add" />${step.ways.length > 1 ? html`<span>${way.label}</span>` : null}</button>`))}
    </div>
  </div>`;
}

const nameOf = (step, kinds) => step.name || kinds.get(step.kind)?.title || step.kind;
const place = (at) => `left:${at.x}px;top:${at.y}px;width:${at.width}px;height:${at.height}px`;
const isWalked = (walked, line) => line.ways.includes(walked.get(line.from)) || (line.isGoal && walked.get(line.from) === "goal");

function neighbour(plan, id, by) {
  const here = plan.nodes.get(id);
  const row = [...plan.nodes].filter(([, at]) => at.row === here.row).sort((a, b) => a[1].x - b[1].x);
  return row[row.findIndex(([each]) => each === id) + by]?.[0];
}

/** Ways out that lead nowhere yet: a dot to drag from, or to press. */
function openWays(step, plan) {
  if (step.ways.length === 0) return [];
  const at = plan.nodes.get(step.id);
  const open = step.ways.filter((way) => !step.next[way.name] && (way.required || way.name === "then"));
  return open.map((way, index) => ({
    way,
    x: at.x + at.width / 2 + (index - (open.length - 1) / 2) * 96,
    y: at.y + at.height + 16,
  }));
}

function linesOf(step, plan, counts, steps) {
  const from = plan.nodes.get(step.id);
  const seen = counts?.steps.get(step.id);
  const total = seen?.ways.reduce((sum, way) => sum + way.count, 0) ?? 0;
  const drawn = new Map(); // ways that lead to the same step are one line
  return Object.entries(step.next).flatMap(([way, to]) => {
    const at = plan.nodes.get(to);
    if (!at || !from) return [];
    const together = Object.keys(step.next).filter((each) => step.next[each] === to);
    if (drawn.has(to)) return [];
    drawn.set(to, way);
    const isGoal = way.startsWith("goal") && !step.ways.some((each) => each.name === way);
    const isBack = plan.back.has(`${step.id}>${to}`);
    const target = steps.find((each) => each.id === to);
    const counted = seen?.ways.filter((each) => (isGoal ? each.way === "goal" : together.includes(each.way))).reduce((sum, each) => sum + each.count, 0);
    // What the gate held back goes on along “then” where nothing else is drawn.
    const fell = way === "then" && !step.next.not_sent ? seen?.ways.find((each) => each.way === "not_sent")?.count ?? 0 : 0;
    const people = (counted ?? 0) + fell;
    const label = together.map((each) => step.ways.find((known) => known.name === each)?.label ?? "goal").join(" or ");
    const share = total ? `${Math.round((100 * people) / total)}%` : "";
    const isOnly = step.ways.filter((each) => step.next[each.name]).length < 2 && !isGoal;
    const line = lineOf(from, at, { isBack });
    return [{
      ...line, key: `${step.id}${way}`, from: step.id, way, ways: together, wayLabel: label, fromName: step.name || step.kind, people, isGoal,
      tone: cls({ good: target?.kind === "goal", side: at.row === from.row, goal: isGoal }),
      text: isOnly ? (people ? `${number(people)} go on` : "") : [label, line.beside ? share : people ? number(people) : ""].filter(Boolean).join(", "),
      plus: isBack || line.beside || line.isPast ? null : [at.x + at.width / 2, at.y - 13],
    }];
  });
}

function Box({ step, at, kind, sentence, seen, isFaulty, isSelected, isWalked: onWay, isFaded, onSelect, onKeyDown }) {
  const name = step.name || kind?.title || step.kind;
  const isWait = step.kind === "wait";
  const tone = { goal: "goal", exit: "ghost" }[step.kind] ?? (kind?.group === "Do" || kind?.group === "Audiences" ? "act" : "");
  const here = seen?.here ? `${number(seen.here)} here now` : "";
  const unseen = html`<span class="jc-sr">${kind?.title}${isFaulty ? ", has a problem" : ""}</span>`;
  return html`<button type="button" id=${`step-${step.id}`} data-step=${step.id} aria-pressed=${isSelected}
    class=${cls(isWait ? "jc-wait" : "jc-node", tone, { selected: isSelected, faulty: isFaulty, walked: onWay, faded: isFaded })}
    style=${place(at)} onClick=${onSelect} onKeyDown=${onKeyDown}>
    ${unseen}${isWait
      ? html`<span class="pill"><${Symbol} name="schedule" /><span title=${sentence}>${step.name || sentence || name}</span>${here && html`<b>${here}</b>`}${isFaulty && html`<${Symbol} name="error" />`}</span>`
      : html`<span class="icon"><${Symbol} name=${isFaulty ? "error" : kind?.icon ?? "help"} /></span>
        <span class="words"><b>${name}</b><small>${[sentence === name ? "" : sentence, here].filter(Boolean).join("; ")}</small></span>
        <span class="count">${seen ? number(seen.came) : ""}</span>`}
  </button>`;
}
