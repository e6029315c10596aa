// Done, and back if you want: stays 8 seconds, 5 where there is nothing to press or to mind, and as long as it has focus or the pointer.
import { Icon } from "./icons.js";
import { html, useEffect, useState } from "./ui.js";

const STAY_MS = 8_000;
const GLANCE_MS = 5_000;
let next = 1;

export function createToasts() {
  let all = [];
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener(all));
  const drop = (id) => ((all = all.filter((toast) => toast.id !== id)), tell());
  return {
    drop,
    show(text, { undo, icon = "check" } = {}) {
      const id = (next += 1);
      all = [...all.slice(-1), { id, text, undo, icon }];
      tell();
      return id;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function Toast({ toast, onDone }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(onDone, toast.undo || toast.icon === "alert" ? STAY_MS : GLANCE_MS);
    return () => clearTimeout(timer);
  }, [held]);
  return html`<div class="toast" onMouseEnter=${() => setHeld(true)} onMouseLeave=${() => setHeld(false)} onFocusIn=${() => setHeld(true)} onFocusOut=${() => setHeld(false)}>
    <${Icon} name=${toast.icon} /><span>${toast.text}</span>
    ${toast.undo ? html`<button type="button" onClick=${() => (toast.undo(), onDone())}>Undo</button>` : null}</div>`;
}

export function Toasts({ toasts }) {
  const [all, setAll] = useState([]);
  useEffect(() => toasts.subscribe(setAll), [toasts]);
  return html`<div class="toasts" role="status" aria-live="polite">${all.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} onDone=${() => toasts.drop(toast.id)} />`)}</div>`;
}
