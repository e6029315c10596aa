// What staff do on a profile: each act is asked in a dialog of its own, which stays open with its words when it fails.
import { html, useEffect, useId, useRef, useState } from "../parts/ui.js";

function Dialog({ title, verb, close, act, ready = true, children }) {
  const dialog = useRef(null);
  const name = useId();
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => dialog.current.showModal(), []);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await act();
    } catch (error) {
      setProblem(error.errors?.[0]?.title ?? error.message);
    }
    setBusy(false);
  };
  return html`<dialog ref=${dialog} class="life-ask" onClose=${close} aria-labelledby=${name}>
    <form onSubmit=${submit}>
      <h3 id=${name}>${title}</h3>
      ${children}
      ${problem && html`<p class="danger" role="alert">${problem}</p>`}
      <div class="life-answers"><button type="button" class="life-button" onClick=${close}>Leave it</button><button type="submit" class="life-button first" disabled=${busy || !ready}>${verb}</button></div>
    </form>
  </dialog>`;
}

/** A step that changes much, said in words before it is done. */
export function Question({ api, words, verb, path, body, close, changed }) {
  const act = async () => (await api.post(path, body), close(), changed());
  return html`<${Dialog} title=${`${verb}?`} verb=${verb} close=${close} act=${act}><p>${words}</p><//>`;
}

/** A note for whoever serves this person next. The page hears of it by its stream, as of any other fact. */
export function NoteForm({ api, id, close }) {
  const [note, setNote] = useState("");
  const act = async () => (await api.post(`/customers/${id}/notes`, { note: note.trim() }), close());
  return html`<${Dialog} title="Leave a note" verb="Leave the note" close=${close} act=${act} ready=${note.trim() !== ""}>
    <p>It stands on the timeline under your name, for those who serve them next. They may ask us for it.</p>
    <label class="life-field"><span>Note</span><textarea rows="4" maxlength="1000" value=${note} onInput=${(event) => setNote(event.target.value)} /></label>
  <//>`;
}
