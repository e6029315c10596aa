import { Icon } from "../parts/icons.js";
import { html, useEffect, useRef } from "../parts/ui.js";

/** A dialog over the page: focus goes in, Escape and Close lead out. */
export function Dialog({ title, onClose, children, className = "" }) {
  const box = useRef(null);
  useEffect(() => {
    box.current.showModal();
  }, []);
  return html`<dialog ref=${box} class=${`jc-dialog ${className}`} aria-labelledby="jc-dialog-title" onClose=${onClose} onClick=${(e) => e.target === box.current && box.current.close()}>
    <div class="inside"><header><h2 id="jc-dialog-title">${title}</h2><button type="button" class="jc-icon" aria-label="Close" onClick=${() => box.current.close()}><${Icon} name="x" /></button></header>${children}</div>
  </dialog>`;
}
