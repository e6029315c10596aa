// Codes in a cart: what was typed, whether it counts and why not, and a field for one more.
import { useAttempt } from "../parts/attempt.js";
import { Icon } from "../parts/icons.js";
import { FieldError } from "../parts/notes.js";
import { html, useEffect, useId, useState } from "../parts/ui.js";

/** `wish`: {text, error}, a code that came with the address and was not taken. */
export function CodeEntry({ cart, codes, wish = null, label = "Add a code" }) {
  const [text, setText] = useState("");
  const { attempt, busy, error, setError } = useAttempt();
  const [open, setOpen] = useState(false);
  const id = useId();
  useEffect(() => {
    if (!wish) return;
    setOpen(true);
    setText(wish.text);
    setError(wish.error);
  }, [wish]);
  const put = (event) => {
    event.preventDefault();
    return attempt(async () => {
      await cart.addCode(text.trim());
      setText("");
      setOpen(false);
    });
  };
  return html`<div class="codes">${codes.length ? html`<ul class="typed">${codes.map((row) => html`<li key=${row.code}><span class=${`tag ${row.applied ? "tag-ok" : "tag-warn"}`}><${Icon} name="tag" />${row.code}</span>
      <small class="soft grow">${row.applied ? [row.label, row.reason].filter(Boolean).join(": ") : row.reason || "Does not apply to this bag"}</small>
      <button type="button" class="untag" aria-label=${`Take off ${row.code}`} onClick=${() => cart.removeCode(row.code).catch(setError)}><${Icon} name="x" /></button></li>`)}</ul>` : null}
    ${open ? html`<form class="code-form" onSubmit=${put}><label class="input"><span class="sr">Code</span><input value=${text} placeholder="Code" autocomplete="off" autocapitalize="characters" spellcheck=${false} aria-invalid=${error ? "true" : undefined} aria-describedby=${error ? id : undefined} onInput=${(event) => setText(event.currentTarget.value)} /></label><button class="btn" disabled=${busy || !text.trim()}>Use code</button></form>
        <${FieldError} id=${id}>${error?.message}<//>`
      : html`<button type="button" class="linkish" onClick=${() => setOpen(true)}>${label}</button>`}</div>`;
}
