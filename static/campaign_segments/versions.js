// The rule as it was saved each time: who, when, what it said; an old one is opened to be looked at and saved again.
import { Icon } from "../parts/icons.js";
import { cls, html, useEffect, useRef, useState } from "../parts/ui.js";
import { zone as timeZone } from "../parts/zone.js";

const moment = (iso) => new Date(iso).toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone });

export function VersionsDialog({ api, segment, shown, onOpen, onClose }) {
  const [rows, setRows] = useState(null);
  const [next, setNext] = useState(null);
  const [problem, setProblem] = useState("");
  const box = useRef(null);
  const load = (cursor) =>
    api.get(`/segments/${segment.id}/versions`, { query: { cursor, limit: 20 } }).then(
      ({ data }) => (setRows((held) => [...(cursor ? held : []), ...data.items]), setNext(data.next)),
      (error) => setProblem(error.message),
    );
  useEffect(() => {
    box.current.showModal();
    load();
  }, []);
  return html`<dialog ref=${box} class="sb-versions" aria-labelledby="versions-title" onClose=${onClose} onClick=${(event) => event.target === box.current && box.current.close()}>
    <header><h2 id="versions-title">Versions</h2><button type="button" class="sb-x" aria-label="Close" onClick=${() => box.current.close()}><${Icon} name="x" /></button></header>
    ${problem ? html`<p class="sb-err" role="alert"><${Icon} name="alert" />${problem}</p>` : null}
    ${rows ? html`<ol>${rows.map((row) => html`<li key=${row.version} class=${cls({ "is-now": row.version === shown })}>
        <div><b>Version ${row.version}</b>${row.version === segment.version ? html`<span class="sb-tag is-live">${segment.state === "live" ? "Live" : "Latest"}</span>` : null}<small>${row.saved_by_name}, ${moment(row.saved_at)}</small><p>${row.sentence}</p></div>
        ${row.version === shown ? html`<span class="sb-mark">Shown</span>` : html`<button type="button" class="sb-btn" aria-label=${`Open version ${row.version}`} onClick=${() => onOpen(row)}>Open</button>`}
      </li>`)}</ol>` : problem ? null : html`<span class="bone" style="height:120px"></span>`}
    ${next ? html`<button type="button" class="sb-link" onClick=${() => load(next)}>Show older ones</button>` : null}
  </dialog>`;
}
