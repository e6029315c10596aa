// Everybody in a segment: since when and why, now or as of any moment. A list is filled here, from a file.
import { bySession, createApi } from "../parts/api.js";
import { Icon } from "../parts/icons.js";
import { cls, html, render, useEffect, useRef, useState } from "../parts/ui.js";
import { zone as timeZone } from "../parts/zone.js";

const config = JSON.parse(document.getElementById("config").textContent);
const api = createApi({ credential: bySession });
const PAGE = 50;
const TOLD = 200;
const whole = (n) => n.toLocaleString("en");
const people = (n) => (n === 1 ? "1 person" : `${whole(n)} people`);
const moment = (iso) => new Date(iso).toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone });

function Page() {
  const [segment, setSegment] = useState(null);
  const [failed, setFailed] = useState("");
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (config.segment_id) api.get(`/segments/${config.segment_id}`).then(({ data }) => setSegment(data), (error) => setFailed(error.message));
  }, [round]);
  if (failed) return html`<p class="sb-note" role="alert">${failed} <a href="">Try again</a></p>`;
  if (config.segment_id && !segment) return html`<div class="sb-list" aria-busy="true"><span class="bone" style="width:40%;height:36px"></span><span class="bone" style="height:200px"></span></div>`;
  const isList = !segment || segment.kind === "list";
  const filled = (made) => {
    if (!segment) {
      config.segment_id = made.id;
      setSegment(made);
      history.replaceState(null, "", config.people_url.replace(config.blank, made.id));
    }
    setRound((held) => held + 1);
  };
  return html`<div class="sb sb-list">
    <header class="sb-head"><div class="sb-title"><h1>${segment?.name ?? "New list"}</h1>${segment && html`<span class=${cls("sb-tag", segment.state === "live" ? "is-live" : "is-draft")}>${isList ? "Uploaded list" : `${segment.state === "live" ? "Live" : "Not live"}, version ${segment.version}`}</span>`}</div>
      <div class="sb-acts">${segment && !isList ? html`<a class="sb-btn" href=${config.build_url.replace(config.blank, segment.id)}><${Icon} name="filter" />Open the builder</a>` : null}</div>
      <p class="sb-say">${segment ? segment.sentence : "A list of people put together elsewhere: a file with one email, customer number or id a line."}</p></header>
    ${isList && config.may_write ? html`<${Upload} segment=${segment} onFilled=${filled} />` : null}
    ${segment ? html`<${Members} key=${round} segment=${segment} />` : null}
  </div>`;
}

function Upload({ segment, onFilled }) {
  const [name, setName] = useState("");
  const [file, setFile] = useState(null);
  const [replace, setReplace] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState({});
  const [report, setReport] = useState(null);
  const made = useRef(segment);
  async function send(event) {
    event.preventDefault();
    const faults = { name: !segment && !made.current && !name.trim() ? "Give the list a name." : "", file: file ? "" : "Choose a file." };
    setWrong(faults);
    if (faults.name || faults.file) return;
    setBusy(true);
    try {
      made.current ??= (await api.post("/segments", { name: name.trim() })).data;
      const { data } = await api.post(`/segments/${made.current.id}/upload`, { content_base64: await asBase64(file), replace });
      setReport(data);
      onFilled(made.current);
    } catch (error) {
      setWrong(error.errors?.some((each) => each.pointer === "/name") ? { name: error.message } : { file: error.errors?.[0]?.title ?? error.message });
    } finally {
      setBusy(false);
    }
  }
  return html`<form class="sb-upload" onSubmit=${send} novalidate>
    <h2>${segment ? "Add people from a file" : "Which people?"}</h2>
    ${segment ? null : html`<div><label for="list-name">Name of the list</label><input id="list-name" maxlength="120" value=${name} aria-invalid=${Boolean(wrong.name)} aria-describedby=${wrong.name ? "list-name-wrong" : undefined} onInput=${(event) => setName(event.target.value)} />${wrong.name ? html`<p class="sb-err" id="list-name-wrong" role="alert"><${Icon} name="alert" />${wrong.name}</p>` : null}</div>`}
    <div><label for="list-file">CSV or text file</label><input id="list-file" type="file" ref=${leaveAlone} accept=".csv,.txt,text/csv,text/plain" aria-invalid=${Boolean(wrong.file)} aria-describedby="list-file-note" onChange=${(event) => (setFile(event.target.files[0] ?? null), setReport(null))} />
      ${wrong.file ? html`<p class="sb-err" id="list-file-note" role="alert"><${Icon} name="alert" />${wrong.file}</p>` : html`<p id="list-file-note">The first column of each line: an email, a customer number or an id.</p>`}</div>
    ${segment ? html`<label class="sb-check"><input type="checkbox" checked=${replace} onChange=${(event) => setReplace(event.target.checked)} />Take everybody off who is not in the file</label>` : null}
    <button class="sb-btn is-first" disabled=${busy} aria-busy=${busy}>${busy ? "Reading the file…" : segment ? "Add them" : "Make the list"}</button>
    ${report ? html`<${Report} report=${report} />` : null}
  </form>`;
}

function Report({ report }) {
  const rows = report.unknown;
  return html`<div class="sb-report" role="status">
    <p><${Icon} name="check" /><span><b>${people(report.added)} added</b>${report.already ? `, ${whole(report.already)} stood on it already` : ""}${report.removed ? `, ${whole(report.removed)} taken off` : ""}.</span></p>
    ${rows.length ? html`<p><${Icon} name="alert" />${rows.length >= 1000 ? "1,000 lines or more" : rows.length === 1 ? "1 line" : `${whole(rows.length)} lines`} named nobody:</p>
      <table><thead><tr><th scope="col">Line</th><th scope="col">What stands there</th><th scope="col">Why</th></tr></thead><tbody>${rows.slice(0, TOLD).map((row) => html`<tr key=${row.line}><td>${whole(row.line)}</td><td>${row.value}</td><td>${row.why}</td></tr>`)}</tbody></table>` : null}
  </div>`;
}

function Members({ segment }) {
  const [state, setState] = useState({ rows: null, next: null, problem: "" });
  const [at, setAt] = useState("");
  const load = async (cursor) => {
    try {
      const { data } = await api.get(`/segments/${segment.id}/members`, { query: { at: at ? new Date(at).toISOString() : undefined, cursor, limit: PAGE } });
      setState((held) => ({ rows: cursor ? [...held.rows, ...data.items] : data.items, next: data.next, problem: "" }));
    } catch (error) {
      setState((held) => ({ ...held, rows: held.rows ?? [], problem: error.message }));
    }
  };
  useEffect(() => {
    load();
  }, [at]);
  const { rows, next, problem } = state;
  return html`<section class="sb-members"><header><h2>${at ? `In it on ${moment(new Date(at).toISOString())}` : segment.state === "live" ? `${people(segment.member_count)} in it now${segment.building ? ", being counted anew" : ""}` : "Nobody is in it: it is not live"}</h2>
      <label>As of <input type="datetime-local" value=${at} onChange=${(event) => setAt(event.target.value)} /></label></header>
    ${problem ? html`<p class="sb-err" role="alert"><${Icon} name="alert" />${problem}</p>` : null}
    ${rows === null ? html`<span class="bone" style="height:120px"></span>` : rows.length ? html`<div class="sb-scroll" tabindex="0" role="region" aria-label="People"><table><thead><tr><th scope="col">Who</th><th scope="col">Why</th><th scope="col">Since</th></tr></thead>
      <tbody>${rows.map((row) => html`<tr key=${`${row.customer}${row.since}`}><td><a href=${config.profile_url.replace(config.blank, row.customer)}>${row.name}</a></td><td>${row.reason}</td><td><time datetime=${row.since}>${moment(row.since)}</time></td></tr>`)}</tbody></table></div>` : html`<p class="sb-none">Nobody${at ? " was in it then" : ""}.</p>`}
    ${next ? html`<button type="button" class="sb-btn" onClick=${() => load(next)}>Show more</button>` : null}
  </section>`;
}

/** The admin's own script looks for a text field beside every file field; here is none. */
const leaveAlone = (input) => {
  if (input) input.hasChangeListener = true;
};

const asBase64 = (file) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error("The file could not be read."));
    reader.readAsDataURL(file);
  });

render(html`<${Page} />`, document.getElementById("segment-builder"));
