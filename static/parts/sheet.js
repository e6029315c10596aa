// A sheet over the screen: Escape and the veil close it, focus stays inside and returns where it was.
import { Icon } from "./icons.js";
import { html, useEffect, useId, useRef } from "./ui.js";

const FOCUSABLE = 'button:not([disabled]), [href], input:not([disabled]), select, textarea, [tabindex]:not([tabindex="-1"])';

const open = []; // the sheets in sight; only the topmost hears the keyboard

export function Sheet({ title, onClose, children, footer, place = "", busy = false }) {
  const panel = useRef(null);
  const latest = useRef({});
  const id = useId();
  latest.current = { onClose, busy };

  useEffect(() => {
    const before = document.activeElement;
    (panel.current.querySelector("[data-first]") ?? panel.current).focus({ preventScroll: true });
    open.push(panel);
    // Heard on the document: focus may be nowhere after the sheet has changed what it shows.
    const onKey = (event) => open[open.length - 1] === panel && handle(event, panel.current, latest.current);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
      open.splice(open.indexOf(panel), 1);
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  return html`<div class=${`scrim ${place ? `scrim-${place}` : ""}`} onClick=${(event) => event.target === event.currentTarget && !busy && onClose()}>
    <section ref=${panel} class="sheet" role="dialog" aria-modal="true" aria-labelledby=${id} tabindex="-1">
      <div class="sheet-head"><h2 id=${id}>${title}</h2><button type="button" class="btn btn-icon btn-quiet" aria-label="Close" disabled=${busy} onClick=${onClose}><${Icon} name="x" /></button></div>
      <div class="body" tabindex="-1">${children}</div>
      ${footer ? html`<div class="sheet-foot">${footer}</div>` : null}
    </section></div>`;
}

function handle(event, panel, { onClose, busy }) {
  if (event.key === "Escape" && !busy) onClose();
  if (event.key !== "Tab") return;
  const all = [...panel.querySelectorAll(FOCUSABLE)].filter((element) => element.offsetParent);
  if (!all.length) return;
  const inside = panel.contains(document.activeElement) && document.activeElement !== panel;
  const end = event.shiftKey ? all[0] : all[all.length - 1];
  if (inside && document.activeElement !== end) return;
  if (!inside && !event.shiftKey && document.activeElement === panel) return;
  event.preventDefault();
  (event.shiftKey ? all[all.length - 1] : all[0]).focus();
}
