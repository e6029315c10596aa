// Edits of a graph: each takes one and gives back another, and the id of the step to look at next.

export const PAUSE_KINDS = new Set(["wait"]);

const ids = (steps) => new Set(steps.map((step) => step.id));

function newId(steps, kind) {
  const taken = ids(steps);
  for (let n = 1; ; n += 1) if (!taken.has(`${kind.slice(0, 30)}-${n}`)) return `${kind.slice(0, 30)}-${n}`;
}

const replaced = (steps, id, change) => steps.map((step) => (step.id === id ? { ...step, ...change(step) } : step));

/** A new step of a kind, put into the line that leads out of `from` by `way`. Without `from` it stands alone. */
export function addStep(steps, { kind, from = null, way = "then", firstWay = "then" }) {
  const id = newId(steps, kind.name);
  const after = from ? steps.find((step) => step.id === from)?.next[way] : undefined;
  const settings = Object.fromEntries(kind.fields.filter((f) => f.default !== null && f.default !== undefined).map((f) => [f.name, f.default]));
  const made = { id, kind: kind.name, name: "", settings, next: after && firstWay ? { [firstWay]: after } : {} };
  const at = from ? steps.findIndex((step) => step.id === from) + 1 : steps.length;
  const rest = from ? replaced(steps, from, (step) => ({ next: { ...step.next, [way]: id } })) : steps;
  return { steps: [...rest.slice(0, at), made, ...rest.slice(at)], id };
}

/** Without the step; who led to it leads on to where its first way went. */
export function removeStep(steps, id) {
  const gone = steps.find((step) => step.id === id);
  const onward = Object.values(gone?.next ?? {}).find((to) => to !== id);
  return steps
    .filter((step) => step.id !== id)
    .map((step) => ({
      ...step,
      next: Object.fromEntries(
        Object.entries(step.next)
          .map(([way, to]) => [way, to === id ? onward : to])
          .filter(([, to]) => to && steps.find((each) => each.id === to)?.kind !== "trigger"),
      ),
    }));
}

export const connect = (steps, from, way, to) =>
  replaced(steps, from, (step) => {
    const next = { ...step.next };
    if (to) next[way] = to;
    else delete next[way];
    return { next };
  });

export const rename = (steps, id, name) => replaced(steps, id, () => ({ name: name.slice(0, 80) }));

export const setting = (steps, id, field, value) =>
  replaced(steps, id, (step) => {
    const settings = { ...step.settings };
    if (value === undefined || value === "" || value === null) delete settings[field];
    else settings[field] = value;
    return { settings };
  });

/** Only ways that the step still has: parts of a split may have gone. */
export const withWays = (steps, waysOf) =>
  steps.map((step) => {
    const known = waysOf(step.id);
    if (!known) return step;
    const names = new Set(known.map((way) => way.name));
    const next = Object.fromEntries(Object.entries(step.next).filter(([way]) => names.has(way)));
    return Object.keys(next).length === Object.keys(step.next).length ? step : { ...step, next };
  });

/** Whether a setting counts: what governs it has the value it asks for, and counts itself. */
export const isShown = (field, settings, fields) => {
  if (!field.shown_if) return true;
  const [other, wanted] = field.shown_if;
  const governing = fields.find((each) => each.name === other);
  if (!governing || !isShown(governing, settings, fields)) return false;
  return wanted.split("|").includes(String(settings[other] ?? governing.default));
};
