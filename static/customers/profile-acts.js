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

const WAYS = [["any", "Email, else the app"], ["email", "Email only"], ["inbox", "Their inbox in the app"]];

/** A message in one's own words. What the gate decided is shown where it was written; what was refused stays typed. */
export function LetterForm({ api, id, name, close }) {
  const [letter, setLetter] = useState({ subject: "", words: "", by: "any", purpose: "transactional" });
  const [verdict, setVerdict] = useState(null);
  const set = (field) => (event) => (setVerdict(null), setLetter((old) => ({ ...old, [field]: event.target.value })));
  const act = async () => {
    const body = { ...letter, subject: letter.subject.trim(), words: letter.words.trim() };
    setVerdict((await api.post(`/customers/${id}/letters`, body)).data);
  };
  if (verdict && verdict.outcome !== "refused") {
    const way = verdict.channel === "inbox" ? "their inbox in the app" : "email";
    return html`<${Dialog} title=${verdict.outcome === "held" ? "It waits" : "It is on its way"} verb="Good" close=${close} act=${close}>
      <p role="status">${verdict.outcome === "held" ? verdict.reason : `By ${way}. It stands on the timeline once it is there.`}</p>
    <//>`;
  }
  return html`<${Dialog} title=${`Write to ${name}`} verb="Send" close=${close} act=${act} ready=${letter.subject.trim() !== "" && letter.words.trim() !== ""}>
    <label class="life-field"><span>Subject</span><input maxlength="150" value=${letter.subject} onInput=${set("subject")} /></label>
    <label class="life-field"><span>Message</span><textarea rows="6" maxlength="4000" value=${letter.words} onInput=${set("words")} /></label>
    <div class="life-pair">
      <label class="life-field"><span>Goes by</span><select value=${letter.by} onChange=${set("by")}>${WAYS.map(([code, words]) => html`<option key=${code} value=${code}>${words}</option>`)}</select></label>
      <label class="life-field"><span>It is</span><select value=${letter.purpose} onChange=${set("purpose")}><option value="transactional">Service or an answer</option><option value="marketing">News or an offer</option></select></label>
    </div>
    ${letter.purpose === "marketing" && html`<p>It goes only where they said yes to news and offers, and counts as one of them.</p>`}
    ${verdict && html`<p class="danger" role="alert">Not sent. ${verdict.reason}</p>`}
  <//>`;
}
