// Sixty days at a glance: a lane for each way of meeting, a dot for each day, larger when more went on.
import { html, useLayoutEffect, useRef, useState } from "../parts/ui.js";
import { zone as timeZone } from "../parts/zone.js";

const LANES = [["phone", "Phone"], ["web", "Web"], ["store", "Store"], ["social", "Social"], ["messages", "Messages"], ["bought", "Bought"]];
const DAYS = 60;
const DAY = 86_400_000;
const LEFT = 68, STEP = 16, TOP = 8;

export function ActivityStrip({ activity, now = Date.now() }) {
  // Drawn at the width it has, so that words and dots keep their size.
  const frame = useRef(null);
  const [WIDTH, setWidth] = useState(440);
  useLayoutEffect(() => {
    if (!frame.current) return undefined;
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.max(240, Math.round(entry.contentRect.width))));
    watcher.observe(frame.current);
    return () => watcher.disconnect();
  }, [activity.length > 0]);
  if (!activity.length) return null;
  const lanes = LANES.filter(([code]) => activity.some((row) => row.lane === code));
  const first = now - DAYS * DAY;
  const x = (day) => LEFT + ((Date.parse(day) + DAY / 2 - first) / (now + DAY / 2 - first)) * (WIDTH - LEFT - 8);
  const started = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", timeZone }).format(first);
  const height = TOP + lanes.length * STEP + 10;
  const words = lanes.map(([code, name]) => `${name}: ${activity.filter((row) => row.lane === code).length} days`).join(", ");
  return html`<div ref=${frame}><svg class="life-strip" height=${height} viewBox=${`0 0 ${WIDTH} ${height}`} role="img" aria-label=${`What went on in the last ${DAYS} days. ${words}.`}>
    ${lanes.map(([code, name], row) => html`<g class=${code} key=${code}>
      <text x="0" y=${TOP + row * STEP + 4}>${name}</text>
      <line x1=${LEFT} x2=${WIDTH} y1=${TOP + row * STEP} y2=${TOP + row * STEP} />
      ${activity.filter((entry) => entry.lane === code).map((entry) => html`<circle key=${entry.day} cx=${x(entry.day)} cy=${TOP + row * STEP} r=${code === "bought" ? 5 : Math.min(5, 2 + Math.log2(entry.count) * 0.7)}><title>${`${entry.day}: ${entry.count}`}</title></circle>`)}
    </g>`)}
    <text x=${LEFT} y=${height - 2}>${started}</text><text x=${WIDTH} y=${height - 2} text-anchor="end">today</text>
  </svg></div>`;
}
