// The template editor: words on the left, how they look to a real person on the right, at two widths.
import { Icon } from "../parts/icons.js";
import { html, render, useEffect, useLayoutEffect, useRef, useState } from "../parts/ui.js";
import { PersonPicker, WAYS, api, config, nameOf, useTold } from "./common.js";

const TABS = {
  email: [["subject", "Subject", 1], ["preheader", "Preview line", 1], ["mjml", "Layout (MJML)", 16], ["text", "Plain text", 9]],
  sms: [["sms", "Text message", 5]],
  inbox: [["inbox_title", "Title", 1], ["inbox_body", "Words", 6], ["action_label", "Button", 1], ["action_url", "Where it leads", 1]],
  tablet: [["tablet", "What the associate may tell", 4]],
  mail: [["print_title", "Title on the front", 2], ["print_body", "Words on the back", 5]],
};
const TAB_OF = Object.fromEntries(Object.entries(TABS).flatMap(([tab, fields]) => fields.map(([name]) => [name, tab])));
const SHORT = { email: "Email", sms: "Text", inbox: "Inbox", tablet: "Tablet", mail: "Print" };
const CODE = new Set(["mjml", "text"]);

function Editor() {
  const [template, setTemplate] = useState(null);
  const [words, setWords] = useState(null);
  const [shown, setShown] = useState(null);
  const [tab, setTab] = useState("email");
  const [person, setPerson] = useState(null);
  const [order, setOrder] = useState("");
  const [dark, setDark] = useState(false);
  const [testing, setTesting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [told, tell, complain] = useTold();
  const asked = useRef(0);

  useEffect(() => {
    api.get(`/messages/templates/${config.key}`).then(({ data }) => { setTemplate(data); setWords(data.words); }, complain);
    if (config.customer) api.get(`/customers/${config.customer}`).then(({ data }) => setPerson({ id: data.id, name: nameOf(data) }), () => {});
  }, []);

  const given = () => ({ words, ...(person ? { customer: person.id } : {}), ...(order ? { order } : {}) });
  useEffect(() => {
    if (!words) return undefined;
    const mine = ++asked.current;
    const timer = setTimeout(async () => {
      try {
        const { data } = await api.post(`/messages/templates/${config.key}/preview`, given());
        if (mine === asked.current) setShown((before) => data.problems.length ? { ...before, problems: data.problems, stale: true } : data);
      } catch (error) { if (mine === asked.current) complain(error); }
    }, shown ? 400 : 0);
    return () => clearTimeout(timer);
  }, [words, person, order]);

  if (!words) return html`<div class="desk-loading"><i class="bone" /><i class="bone" /><i class="bone" /></div>`;
  const problems = shown?.problems ?? [];
  const bad = (name) => problems.find((each) => each.part === name);
  const changed = Object.keys(words).some((name) => words[name] !== template.words[name]);
  const tabs = Object.keys(TABS).filter((name) => name === "email" || config.as === "person");

  async function save() {
    setBusy(true);
    try {
      const { data } = await api.put(`/messages/templates/${config.key}`, words);
      setTemplate(data); setWords(data.words); tell(`Saved. Version ${data.version} is sent from now on.`);
    } catch (error) { complain(error); }
    setBusy(false);
  }

  return html`<header class="desk-head">
      <div class="grow"><h1>${words.name}</h1><p><span class=${`desk-tag ${template.purpose === "marketing" ? "is-accent" : ""}`}>${template.purpose === "marketing" ? "Marketing: asks for consent" : "Transactional"}</span>Version ${template.version}${changed ? ", with changes" : ""}</p></div>
      <a class="desk-button" href=${config.results}>Results</a>
      <button type="button" class="desk-button" onClick=${() => setTesting(true)}>Send a test</button>
      ${config.may_change && html`<button type="button" class="desk-button is-first" disabled=${busy || !changed || problems.length > 0} onClick=${save}>Save version ${template.version + 1}</button>`}
    </header>
    ${told}
    <div class="desk-split">
      <section class="desk-write" aria-label="Words">
        <div class="desk-tabs" role="tablist">${tabs.map((name) => html`<button type="button" role="tab" key=${name} aria-selected=${tab === name} onClick=${() => setTab(name)}>${SHORT[name]}${problems.some((each) => TAB_OF[each.part] === name) ? html`<i class="dot" aria-label="has a problem" />` : null}</button>`)}</div>
        ${TABS[tab].map(([name, label, rows]) => html`<div class="desk-field" key=${name}>
          <label for=${`f-${name}`}>${label}</label>
          ${rows === 1
            ? html`<input id=${`f-${name}`} value=${words[name]} readonly=${!config.may_change} aria-invalid=${Boolean(bad(name))} onInput=${(event) => setWords({ ...words, [name]: event.target.value })} />`
            : html`<textarea id=${`f-${name}`} rows=${rows} class=${CODE.has(name) ? "is-code" : ""} spellcheck=${!CODE.has(name)} readonly=${!config.may_change} aria-invalid=${Boolean(bad(name))} onInput=${(event) => setWords({ ...words, [name]: event.target.value })}>${words[name]}</textarea>`}
          ${bad(name) && html`<p class="desk-bad"><${Icon} name="alert" />${bad(name).line ? `Line ${bad(name).line}: ` : ""}${bad(name).title}</p>`}
        </div>`)}
        ${problems.filter((each) => !TAB_OF[each.part]).map((each) => html`<p class="desk-bad"><${Icon} name="alert" />${each.part}: ${each.title}</p>`)}
      </section>
      <section class="desk-look" aria-label="How it looks">
        <div class="desk-bar">
          ${config.as === "person" && html`<${PersonPicker} label="Preview as" placeholder="Preview as a customer" person=${person} onPick=${(each) => setPerson({ id: each.id, name: nameOf(each) })} onClear=${() => setPerson(null)} />`}
          ${config.as === "order" && html`<label class="desk-select">As <select value=${order} onChange=${(event) => setOrder(event.target.value)}><option value="">a made-up order</option>${config.orders.map((each) => html`<option value=${each.id}>${each.label}</option>`)}</select></label>`}
          ${!person && config.as === "person" && html`<span class="desk-hint">Shown with made-up data.</span>`}
          ${tab === "email" && html`<button type="button" class="desk-toggle" aria-pressed=${dark} onClick=${() => setDark(!dark)}><${Icon} name="moon" />Dark</button>`}
        </div>
        ${problems.length > 0 && html`<p class="desk-warn" role="alert"><${Icon} name="alert" /><span><b>${person ? `${person.name} would not get this.` : "This cannot be sent yet."}</b> ${problems[0].title}${shown.html ? " Below is how it looked before." : ""}</span></p>`}
        ${shown && (tab === "email" ? html`<${EmailLook} shown=${shown} dark=${dark} />` : html`<${OtherLook} tab=${tab} shown=${shown} given=${given} stamp=${JSON.stringify([words.print_title, words.print_body, person?.id])} />`)}
        ${shown && tab === "email" && html`<${Findings} shown=${shown} />`}
      </section>
    </div>
    ${testing && html`<${TestDialog} given=${given} onDone=${(words) => { setTesting(false); tell(words); }} onClose=${() => setTesting(false)} />`}`;
}

function EmailLook({ shown, dark }) {
  const page = dark ? shown.html?.replaceAll("(prefers-color-scheme: dark)", "all") : shown.html;
  return html`<p class="desk-subject"><b>${shown.subject}</b></p>
    <div class="desk-frames">
      <figure><figcaption>Phone, 390 wide</figcaption><${Frame} width=${390} title="As on a phone" page=${page} /></figure>
      <figure class="is-wide"><figcaption>Desktop, 720 wide</figcaption><${Frame} width=${720} title="As on a desktop" page=${page} /></figure>
    </div>
    <details class="desk-plain"><summary>Plain text</summary><pre tabindex="0">${shown.text}</pre></details>`;
}

/** A page at its own width, scaled into the place there is. */
function Frame({ width, title, page }) {
  const box = useRef(null);
  const [scale, setScale] = useState(0.6);
  useLayoutEffect(() => {
    const watch = new ResizeObserver(([entry]) => setScale(Math.min(1, entry.contentRect.width / width)));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return html`<div class="desk-frame" ref=${box}><iframe title=${title} sandbox="" srcdoc=${page} style=${`width:${width}px;height:${560 / scale}px;transform:scale(${scale})`} /></div>`;
}

function OtherLook({ tab, shown, given, stamp }) {
  const [pdf, setPdf] = useState(null);
  useEffect(() => {
    if (tab !== "mail") return undefined;
    let gone = false;
    const timer = setTimeout(() => api.post(`/messages/templates/${config.key}/paper`, given()).then(({ data }) => { if (!gone) setPdf(data.pdf ? `data:application/pdf;base64,${data.pdf}` : ""); }, () => {}), 500);
    return () => { gone = true; clearTimeout(timer); };
  }, [tab, stamp]);
  const mine = shown.others?.find((each) => each.channel === tab);
  if (!mine) return html`<div class="desk-empty"><${Icon} name=${WAYS[tab][1]} /><h2>Nothing by ${WAYS[tab][0].toLowerCase()} yet</h2><p>Write its words on the left, and this message can go that way too.</p></div>`;
  if (mine.problem) return html`<p class="desk-warn"><${Icon} name="alert" />${mine.problem}</p>`;
  if (tab === "mail") return html`${pdf ? html`<iframe class="desk-paper" title="The postcard" src=${`${pdf}#toolbar=0&view=FitH`} /><p class="desk-hint"><a download=${`${config.key}.pdf`} href=${pdf}>Download the PDF</a></p>` : html`<div class="desk-loading"><i class="bone" /></div>`}<div class="desk-bubble is-inbox"><b>${mine.title}</b><p>${mine.words}</p></div>`;
  return html`<div class=${`desk-bubble is-${tab}`}>${mine.title && tab === "inbox" ? html`<b>${mine.title}</b>` : null}<p>${mine.words}</p></div>${tab === "sms" ? html`<p class="desk-hint">${mine.words.length} letters, ${Math.ceil(mine.words.length / 153) || 1} part${mine.words.length > 153 ? "s" : ""}.</p>` : null}`;
}

function Findings({ shown }) {
  const broken = shown.links.filter((each) => !each.ok);
  return html`<ul class="desk-findings">
    <li class=${shown.problems.length ? "is-bad" : "is-good"}><${Icon} name=${shown.problems.length ? "alert" : "check"} />${shown.problems.length ? "Something it says is missing." : "Every variable could be filled in."}</li>
    <li class=${broken.length ? "is-bad" : "is-good"}><${Icon} name=${broken.length ? "alert" : "check"} /><span>${broken.length ? html`${broken.length} of ${shown.links.length} links and pictures are broken: ${broken.map((each) => html`<span class="desk-link"><code>${each.url || "(empty)"}</code> ${each.words}</span>`)}` : `All ${shown.links.length} links and pictures lead somewhere.`}</span></li>
    ${shown.notes.map((note) => html`<li class="is-note"><${Icon} name="note" />${note}</li>`)}
  </ul>`;
}

function TestDialog({ given, onDone, onClose }) {
  const [to, setTo] = useState(config.email);
  const [wrong, setWrong] = useState("");
  const dialog = useRef(null);
  useEffect(() => dialog.current.showModal(), []);
  async function send(event) {
    event.preventDefault();
    try {
      const { data } = await api.post(`/messages/templates/${config.key}/test`, { ...given(), to });
      if (data.sent) onDone(`A test is on its way to ${to}.`); else setWrong(data.problems[0].title);
    } catch (error) { setWrong(error.fieldError?.("/to") ?? error.message); }
  }
  return html`<dialog ref=${dialog} class="desk-dialog" onClose=${onClose} aria-label="Send a test"><form onSubmit=${send}>
    <h2>Send a test</h2><p>It is marked as a test and counted nowhere.</p>
    <div class="desk-field"><label for="to">To</label><input id="to" type="email" required value=${to} onInput=${(event) => setTo(event.target.value)} aria-invalid=${Boolean(wrong)} />${wrong && html`<p class="desk-bad"><${Icon} name="alert" />${wrong}</p>`}</div>
    <div class="desk-row"><button type="button" class="desk-button" onClick=${() => dialog.current.close()}>Not now</button><button class="desk-button is-first">Send it</button></div>
  </form></dialog>`;
}

const root = document.getElementById("desk");
root.replaceChildren();
render(html`<${Editor} />`, root);
