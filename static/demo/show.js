// The show page: frames the three clients, says which of them changed the cart and how soon the others saw it.
// It has no credential of its own; what it shows, the clients tell it.
import { ChannelMark } from "../parts/channels.js";
import { Icon } from "../parts/icons.js";
import { exactTime, span } from "../parts/time.js";
import { cls, html, render, useEffect, useRef, useState } from "../parts/ui.js";
import { Story } from "./story.js";

const config = JSON.parse(document.getElementById("config").textContent);

const CLIENTS = {
  phone: { name: "Phone", icon: "phone", title: "Phone storefront", channel: "mobile" },
  web: { name: "Website", icon: "web", title: "Web storefront", channel: "web" },
  tablet: { name: "Store tablet", icon: "tablet", title: "Store tablet", channel: "tablet" },
};
const CHANNEL_CLIENT = { mobile: "phone", web: "web", tablet: "tablet", pos: "tablet" };
const STEPS = ["phone", "web", "tablet"];
/** What the middle window shows by turns. */
const MIDDLE = [["web", "Website"], ["social", "Social network"], ["mail", "Mailbox"]];
const TITLE = { social: "A social network", mail: "Mailbox" };
const STARTED_MS = 20_000;

/** Who wrote the version in sight, and when each of the others saw it. */
function useSync(onOpen) {
  const [sync, setSync] = useState({ cart: null, version: 0, source: null, at: 0, seen: {}, pulse: 0 });
  const [facts, setFacts] = useState([]);
  const [ready, setReady] = useState({});
  const [code, setCode] = useState(null);
  const waiting = useRef({});
  const opener = useRef(onOpen);
  opener.current = onOpen;

  useEffect(() => {
    const onMessage = (event) => {
      if (event.origin !== location.origin || !(CLIENTS[event.data?.from] || event.data?.from === "social")) return;
      const { from, type } = event.data;
      if (type === "open") opener.current(event.data);
      const at = Date.now();
      if (type === "ready") setReady((old) => ({ ...old, [from]: true }));
      if (type === "facts") setFacts(event.data.facts);
      if (type === "code") setCode((old) => (event.data.code ? { from, code: event.data.code } : old?.from === from ? null : old));
      if (type === "started") {
        waiting.current[from]?.();
        delete waiting.current[from];
      }
      // A guest's bag on the social network is another cart: it is no news of the one.
      if ((type === "wrote" || type === "saw") && event.data.cart && from !== "social") {
        const { id, version, updated } = event.data.cart;
        setSync((old) => {
          if (old.cart !== id) old = { ...old, cart: id, version: 0, seen: {} };
          if (type === "wrote" && version > old.version) return { cart: id, version, source: from, at, seen: { [from]: 0 }, pulse: old.pulse + 1 };
          // The first look of a page that has just opened is nobody's news.
          if (type === "saw" && old.version === 0) return { cart: id, version, source: null, at, seen: {}, pulse: old.pulse };
          if (version > old.version) {
            // Seen before the writer's own answer came back: the document says which channel wrote it.
            return { cart: id, version, source: CHANNEL_CLIENT[updated?.channel] ?? null, at, seen: { [from]: 0 }, pulse: old.pulse + 1 };
          }
          if (version === old.version && old.source && old.seen[from] === undefined) return { ...old, seen: { ...old.seen, [from]: at - old.at } };
          return old;
        });
      }
      if (type === "ended" && from !== "social") setSync((old) => ({ ...old, cart: null, version: 0, source: null, seen: {} }));
    };
    addEventListener("message", onMessage);
    return () => removeEventListener("message", onMessage);
  }, []);

  const wait = (client) => new Promise((resolve) => ((waiting.current[client] = resolve), setTimeout(resolve, STARTED_MS)));
  return { sync, facts, ready, code, setCode, wait };
}

const quick = (ms) => (ms < 1_000 ? `${Math.max(1, Math.round(ms))} ms` : span(ms));

/** What one device has to say: that it changed the cart, or how soon it saw the change. */
function Node({ client, sync, live, now }) {
  const { name, icon, channel } = CLIENTS[client];
  const source = sync.source === client;
  const seen = sync.seen[client];
  const said = source ? "changed it" : seen !== undefined && sync.version ? `seen after ${quick(seen)}` : live ? "in step" : "starting";
  const mark = `ch-${{ mobile: "phone", web: "web", tablet: "store" }[channel]}`;
  if (client !== "web") return html`<span class=${cls("node", mark, { src: source })}><${Icon} name=${icon} /><b>${name}</b> <small>${said}</small></span>`;
  // The middle one also says what all three have in common.
  return html`<span class=${cls("node", "middle", { src: source })}><${Icon} name="link" /><b>${sync.version ? `Same cart, version ${sync.version}` : "One cart for all three"}</b>
    <small>${source ? `the website ${said}` : sync.source ? `updated ${span(now - sync.at)} ago on ${CLIENTS[sync.source].name.toLowerCase().replace("store ", "")}, ${said}` : said}</small></span>`;
}

function Rail({ sync, ready, now }) {
  return html`<div class="rail" role="status"><span class="wire" aria-hidden="true"></span>
    ${sync.source ? html`<span class=${`spot from-${sync.source}`} key=${sync.pulse} aria-hidden="true"></span>` : null}
    ${STEPS.map((client) => html`<${Node} key=${client} client=${client} sync=${sync} live=${ready[client]} now=${now} />`)}</div>`;
}

function Ticker({ facts }) {
  return html`<section class="card tick" aria-label="Event log"><header><h2>What just happened</h2><span class="muted">facts from the log, newest first</span></header>
    <ol tabindex="0" aria-label="Facts">${facts.length ? facts.map((fact) => html`<li class="ev" key=${fact.id}><time datetime=${fact.at}>${exactTime(fact.at)}</time><${ChannelMark} channel=${fact.channel} />
      <span class="clip"><b class="medium">${fact.strong}</b> <span class="muted">${fact.rest}</span></span><code>${fact.name}</code></li>`) : html`<li class="ev muted">Nothing yet. Put something into a bag.</li>`}</ol></section>`;
}

function App() {
  const [now, setNow] = useState(Date.now());
  const [shown, setShown] = useState("phone");
  const [middle, setMiddle] = useState("web");
  const [opened, setOpened] = useState(["web"]); // windows load when they are first looked at, and stay
  const [mail, setMail] = useState(config.frames.mail);
  const [story, setStory] = useState(location.hash === "#story");
  const [busy, setBusy] = useState(false);
  const frames = useRef({});
  const { sync, facts, ready, code, setCode, wait } = useSync(({ on, url }) => {
    if (on !== "phone" || !url.startsWith(config.frames.phone)) return;
    frames.current.phone.src = url;
    setShown("phone");
  });

  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  // Whoever is still signing in would do so after they were told to be nobody.
  const waits = busy || !STEPS.every((client) => ready[client]);
  const ask = (client, request) => frames.current[client]?.contentWindow.postMessage(request, location.origin);
  const look = (name, query = "") => {
    setMiddle(name);
    setOpened((old) => (old.includes(name) ? old : [...old, name]));
    setShown("web");
    if (name === "mail") setMail(config.frames.mail + query);
    if (name === "mail" && frames.current.mail) frames.current.mail.src = config.frames.mail + query; // new mails show
  };
  const toggleStory = (open) => {
    setStory(open);
    history.replaceState(null, "", open ? "#story" : location.pathname);
  };

  async function startAgain() {
    setBusy(true);
    setCode(null);
    setMiddle("web");
    for (const [client, sku] of config.script) {
      const done = wait(client);
      ask(client, { do: "start-again", sku });
      await done;
    }
    setBusy(false);
  }

  /** Somebody nobody knows: on the phone, on the website, on the network; the tablet serves nobody. */
  async function beginStory() {
    setBusy(true);
    setCode(null);
    for (const client of [...STEPS, ...(opened.includes("social") ? ["social"] : [])]) {
      const done = wait(client);
      ask(client, { do: "be-new" });
      await done;
    }
    setBusy(false);
    look("social");
  }

  function act({ middle: name, to, show, move, card, walkIn }) {
    if (name) look(name, to ? `?to=${encodeURIComponent(to)}` : "");
    if (show) setShown(show);
    if (move) (setShown("tablet"), ask("tablet", { do: "move", to: config.popup.code }));
    if (card) (setShown("phone"), ask("phone", { do: "show-card" }));
    if (walkIn) (setShown("tablet"), ask("tablet", { do: "walk-in" }));
  }

  return html`<header class="head" aria-label="Show page"><div class="grow"><h1>One cart, three channels</h1><p>Change it anywhere. Watch it change everywhere.</p></div>
      <button type="button" class="btn hand-off" onClick=${() => (setShown("phone"), ask("phone", { do: "hand-off" }))}><${Icon} name="qr" />Hand off by QR</button>
      ${code ? html`<button type="button" class="btn btn-tonal" onClick=${() => (ask(code.from === "phone" ? "tablet" : "phone", { do: "take-over", code: code.code }), setShown(code.from === "phone" ? "tablet" : "phone"), setCode(null))}><${Icon} name="scan" />Scan it with the ${code.from === "phone" ? "tablet" : "phone"}</button>` : null}
      <button type="button" class="btn" aria-expanded=${story} onClick=${() => toggleStory(!story)}><${Icon} name="note" />Play the story</button>
      <button type="button" class="btn start-again" aria-busy=${busy} disabled=${waits} onClick=${startAgain}><${Icon} name="sync" />Start again</button></header>
    <${Rail} sync=${sync} ready=${ready} now=${now} />
    <nav class="switch" aria-label="Device in sight">${STEPS.map((client) => html`<button type="button" key=${client} class="chip" aria-pressed=${shown === client} onClick=${() => setShown(client)}><${Icon} name=${CLIENTS[client].icon} />${CLIENTS[client].name}${sync.source && sync.source !== client && sync.seen[client] !== undefined ? html`<span class="dot" aria-hidden="true"></span>` : null}</button>`)}</nav>
    <main class="trio" aria-label="Three clients" data-shown=${shown}>${STEPS.map((client) => html`<section key=${client} class=${`device ${client}`} aria-label=${CLIENTS[client].title}>
      ${client === "web" ? html`<div class="chrome"><i></i><i></i><i></i><div class="windows" role="group" aria-label="In this window">${MIDDLE.map(([name, label]) => html`<button type="button" key=${name} aria-pressed=${middle === name} onClick=${() => look(name)}>${label}</button>`)}</div><span class="clip" aria-hidden="true">${middle === "web" ? config.address : location.host + config.frames[middle]}</span></div>` : null}
      <iframe ref=${(frame) => (frames.current[client] = frame)} src=${config.frames[client]} title=${CLIENTS[client].title} hidden=${client === "web" && middle !== "web"}></iframe>
      ${client === "web" ? MIDDLE.slice(1).map(([name]) => opened.includes(name) ? html`<iframe key=${name} ref=${(frame) => (frames.current[name] = frame)} src=${name === "mail" ? mail : config.frames[name]} title=${TITLE[name]} hidden=${middle !== name}></iframe>` : null) : null}</section>`)}</main>
    ${story ? html`<${Story} config=${config} busy=${busy} waits=${waits} onAct=${act} onBegin=${beginStory} onClose=${() => toggleStory(false)} />` : html`<${Ticker} facts=${facts} />`}`;
}

render(html`<${App} />`, document.getElementById("app"));
