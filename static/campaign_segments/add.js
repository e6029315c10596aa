// The menu of conditions: opened, walked and closed by keys as well.
import { Icon } from "../parts/icons.js";
import { cls, html, useEffect, useId, useLayoutEffect, useRef, useState } from "../parts/ui.js";
import { MENU } from "./tree.js";

export function AddCondition({ onAdd, first }) {
  const [open, setOpen] = useState(false);
  const box = useRef(null);
  const button = useRef(null);
  const id = useId();
  // Before the next key can come: who types fast must not miss the menu.
  useLayoutEffect(() => {
    if (open) box.current.querySelector("[role=menuitem]").focus();
  }, [open]);
  useEffect(() => {
    if (!open) return undefined;
    const away = (event) => box.current?.parentNode.contains(event.target) || setOpen(false);
    addEventListener("pointerdown", away);
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  const onKey = (event) => {
    const items = [...box.current.querySelectorAll("[role=menuitem]")];
    const now = items.indexOf(document.activeElement);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items[(to + items.length) % items.length].focus();
    } else if (event.key === "Escape") {
      setOpen(false);
      button.current.focus();
    } else if (event.key === "Tab") setOpen(false);
  };
  return html`<span class="sb-menu-box">
    <button type="button" ref=${button} class=${cls({ "sb-btn is-first": first })} aria-haspopup="menu" aria-expanded=${open} aria-controls=${open ? id : undefined} onClick=${() => setOpen(!open)}><${Icon} name="plus" />${first ? "Add a condition" : "Condition"}</button>
    ${open
      ? html`<div class="sb-menu" id=${id} role="menu" aria-label="Kinds of conditions" ref=${box} onKeyDown=${onKey}>
          ${MENU.map(
            (section) => html`<div role="group" aria-label=${section.title}><p aria-hidden="true">${section.title}</p>${section.items.map(
              ([name, icon, title, hint]) => html`<button type="button" role="menuitem" tabindex="-1" onClick=${() => (setOpen(false), onAdd(name))}><${Icon} name=${icon} /><span><b>${title}</b><small>${hint}</small></span></button>`,
            )}</div>`,
          )}</div>`
      : null}
  </span>`;
}
