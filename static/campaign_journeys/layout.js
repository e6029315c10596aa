// Where each step is drawn. Pure: the same graph always looks the same.
//
// Steps stand in rows, further down the further on. The way most people are meant to go runs straight down; an end
// that only one step leads to stands beside that step; what splits off runs down in a column of its own.

export const NODE = { width: 252, height: 58, wait: 34, ghost: 46 };
const GAP = { x: 108, y: 52 };
const MARGIN = 28;

/**
 * @param {{id: string, kind: string, next: Record<string, string>, ways: {name: string}[], roots?: boolean}[]} steps
 * @param {{id: string, from: string}[]} ghosts  losses drawn beside the step they happen at
 * @returns {{nodes: Map<string, {x: number, y: number, width: number, height: number}>, width: number, height: number,
 *            back: Set<string>, side: Set<string>}}
 */
export function layOut(steps, ghosts = []) {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const children = new Map(steps.map((step) => [step.id, onward(step, byId)]));
  const back = backEdges(steps, children);
  const rank = ranks(steps, children, back);
  const { tree, side } = spanning(steps, children, back, rank);
  const beside = new Map();
  for (const ghost of ghosts) beside.set(ghost.from, [...(beside.get(ghost.from) ?? []), ghost.id]);

  const column = new Map();
  const rowOf = new Map();
  // The last column taken in each row: what splits off goes no further right than it must.
  const used = new Map();
  const take = (id, row, at) => {
    column.set(id, at);
    rowOf.set(id, row);
    used.set(row, Math.max(used.get(row) ?? -1, at));
  };
  const below = (id) => [id, ...tree.get(id).flatMap(below)];
  const free = (id, from) => below(id).reduce((at, each) => Math.max(at, (used.get(rank.get(each)) ?? -1) + 1), from);
  for (const root of tree.get(null)) place(root, free(root, 0));
  function place(id, at) {
    const row = rank.get(id);
    take(id, row, at);
    [...side.get(id), ...(beside.get(id) ?? [])].forEach((each, index) => take(each, row, at + 1 + index));
    tree.get(id).forEach((child, index) => place(child, index === 0 ? at : free(child, at + 1)));
  }
  return measured(byId, column, rowOf, back, side);
}

/** The ways out of a step in the order its kind names them, the longest first: it runs straight down. */
function onward(step, byId) {
  const named = step.ways.map((way) => way.name).filter((name) => step.next[name]);
  const all = [...named, ...Object.keys(step.next).filter((name) => !named.includes(name))];
  return [...new Set(all.map((name) => step.next[name]))].filter((to) => byId.has(to) && to !== step.id);
}

const edge = (from, to) => `${from}>${to}`;

function rootsOf(steps) {
  const led = new Set(steps.flatMap((step) => Object.values(step.next)));
  const roots = steps.filter((step) => step.kind === "trigger" || !led.has(step.id));
  return roots.length ? roots : steps.slice(0, 1);
}

function backEdges(steps, children) {
  const back = new Set();
  const state = new Map();
  const visit = (id) => {
    state.set(id, "open");
    for (const to of children.get(id)) {
      if (state.get(to) === "open") back.add(edge(id, to));
      else if (!state.has(to)) visit(to);
    }
    state.set(id, "done");
  };
  for (const step of [...rootsOf(steps), ...steps]) if (!state.has(step.id)) visit(step.id);
  return back;
}

function ranks(steps, children, back) {
  const rank = new Map(steps.map((step) => [step.id, 0]));
  // The longest way to each step; without the lines back it ends after as many rounds as there are steps.
  for (let round = 0; round < steps.length; round += 1) {
    let moved = false;
    for (const step of steps) {
      for (const to of children.get(step.id)) {
        if (back.has(edge(step.id, to)) || rank.get(to) > rank.get(step.id)) continue;
        rank.set(to, rank.get(step.id) + 1);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return rank;
}

function spanning(steps, children, back, rank) {
  const parents = new Map(steps.map((step) => [step.id, []]));
  for (const step of steps) {
    for (const to of children.get(step.id)) if (!back.has(edge(step.id, to))) parents.get(to).push(step.id);
  }
  const deep = new Map();
  const depth = (id) => {
    if (!deep.has(id)) {
      deep.set(id, 0);
      const below = children.get(id).filter((to) => !back.has(edge(id, to))).map(depth);
      deep.set(id, below.length ? 1 + Math.max(...below) : 0);
    }
    return deep.get(id);
  };
  steps.forEach((step) => depth(step.id));
  const tree = new Map([[null, []], ...steps.map((step) => [step.id, []])]);
  const side = new Map(steps.map((step) => [step.id, []]));
  const taken = new Set();
  for (const step of [...steps].sort((a, b) => rank.get(a.id) - rank.get(b.id))) {
    const below = children.get(step.id).filter((to) => !back.has(edge(step.id, to)));
    const longest = [...below].sort((a, b) => deep.get(b) - deep.get(a))[0];
    for (const to of [longest, ...below.filter((each) => each !== longest)]) {
      if (to === undefined || taken.has(to)) continue;
      const isSide = to !== longest && deep.get(to) === 0 && parents.get(to).length === 1;
      // Drawn below the last of those that lead to it.
      const last = parents.get(to).reduce((a, b) => (rank.get(b) > rank.get(a) ? b : a));
      if (!isSide && last !== step.id) continue;
      taken.add(to);
      (isSide ? side : tree).get(step.id).push(to);
    }
  }
  for (const step of steps) if (!taken.has(step.id)) tree.get(null).push(step.id);
  return { tree, side };
}

function measured(byId, column, rowOf, back, side) {
  const heightOf = (id) => (!byId.has(id) ? NODE.ghost : byId.get(id).kind === "wait" ? NODE.wait : NODE.height);
  const rows = [];
  for (const [id, row] of rowOf) rows[row] = Math.max(rows[row] ?? 0, heightOf(id));
  const top = [];
  let y = MARGIN;
  for (let row = 0; row < rows.length; row += 1) {
    top[row] = y;
    y += (rows[row] ?? 0) + GAP.y;
  }
  const nodes = new Map();
  let right = 0;
  for (const [id, row] of rowOf) {
    const height = heightOf(id);
    const x = MARGIN + column.get(id) * (NODE.width + GAP.x);
    nodes.set(id, { x, y: top[row] + (rows[row] - height) / 2, width: NODE.width, height, row });
    right = Math.max(right, x + NODE.width);
  }
  return { nodes, width: right + MARGIN, height: y - GAP.y + MARGIN, back, side: new Set([...side.values()].flat()) };
}

/** The line between two boxes, with rounded corners; beside when the second stands in the same row. */
export function lineOf(from, to, { isBack = false, offset = 0 } = {}) {
  if (isBack) {
    const x = Math.min(from.x, to.x) - 18 - offset;
    const [y1, y2] = [from.y + from.height / 2, to.y + to.height / 2];
    return { path: rounded([[from.x, y1], [x, y1], [x, y2], [to.x, y2]]), label: [x, (y1 + y2) / 2], end: [to.x, y2] };
  }
  if (to.row === from.row) {
    const [y1, y2] = [from.y + from.height / 2, to.y + to.height / 2];
    // A wait is narrower than its place: lines begin and end under its pill.
    const x1 = from.height === NODE.wait ? from.x + from.width / 2 : from.x + from.width;
    const x2 = to.height === NODE.wait ? to.x + to.width / 2 : to.x;
    const middle = (from.x + from.width + to.x) / 2;
    return { path: rounded([[x1, y1], [middle, y1], [middle, y2], [x2, y2]]), label: [middle, y1 - 8], beside: true };
  }
  if (from.x === to.x && to.row - from.row > 1) {
    // Past what stands between them.
    const x = from.x + from.width + 18 + offset;
    const [y1, y2] = [from.y + from.height / 2, to.y + to.height / 2];
    const edge = (node) => (node.height === NODE.wait ? node.x + node.width / 2 : node.x + node.width);
    return { path: rounded([[edge(from), y1], [x, y1], [x, y2], [edge(to), y2]]), label: [x - 6, y1 + 22], isPast: true };
  }
  const x1 = from.x + from.width / 2 + offset;
  const x2 = to.x + to.width / 2;
  const [y1, y2] = [from.y + from.height, to.y];
  const turn = Math.max(y2 - 26, y1 + 14);
  return { path: rounded([[x1, y1], [x1, turn], [x2, turn], [x2, y2]]), label: [x2, turn + 2], straight: Math.abs(x1 - x2) < 1 };
}

function rounded(points) {
  const clean = points.filter((p, i) => i === 0 || Math.abs(p[0] - points[i - 1][0]) + Math.abs(p[1] - points[i - 1][1]) > 0.5);
  let path = `M${clean[0]}`;
  for (let i = 1; i < clean.length - 1; i += 1) {
    const [a, b, c] = [clean[i - 1], clean[i], clean[i + 1]];
    const r = Math.min(9, dist(a, b) / 2, dist(b, c) / 2);
    path += `L${towards(b, a, r)}Q${b} ${towards(b, c, r)}`;
  }
  return `${path}L${clean[clean.length - 1]}`;
}

const dist = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
const towards = (from, to, r) => {
  const d = dist(from, to) || 1;
  return [from[0] + ((to[0] - from[0]) * r) / d, from[1] + ((to[1] - from[1]) * r) / d];
};
