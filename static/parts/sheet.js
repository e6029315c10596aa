// A sheet over the screen: Escape and the veil close it, focus stays inside and returns where it was.
import { Icon } from "./icons.js";
import { html, useEffect, useId, useRef } from "./ui.js";

const FOCUSABLE = 'button:not([disabled]), [href], input:not([disabled]), select, textarea, [tabindex]:not([tabindex="-1"])';

export function Sheet({ title, onClose, children, footer, place = "", busy = false }) {
  const panel = useRef(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    (panel.current.querySelector("[data-first]") ?? panel.current).focus({ preventScroll: true });
    return () => before?.isConnected && before.focus({ preventScroll: true });
  }, []);

  function onKey(event) {
    if (event.key === "Escape" && !busy) return onClose();
    if (event.key !== "Tab") return;
    const all = [...panel.current.querySelectorAll(FOCUSABLE)].filter((element) => element.offsetParent);
    if (!all.length) return;
    const [first, last] = [all[0], all[all.length - 1]];
    const leaving = event.shiftKey ? document.activeElement === first || document.activeElement === panel.current : document.activeElement === last;
    if (!leaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }

  return html`<div class=${`scrim ${place ? `scrim-${place}` : ""}`} onClick=${(event) => event.target === event.currentTarget && !busy && onClose()}>
    <section ref=${panel} class="sheet" role="dialog" aria-modal="true" aria-labelledby=${id} tabindex="-1" onKeyDown=${onKey}>
      <header><h2 id=${id}>${title}</h2><button type="button" class="btn btn-icon btn-quiet" aria-label="Close" disabled=${busy} onClick=${onClose}><${Icon} name="x" /></button></header>
      <div class="body" tabindex="-1">${children}</div>
      ${footer ? html`<footer>${footer}</footer>` : null}
    </section></div>`;
}
