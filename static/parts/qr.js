// Codes to show and codes to read. Reading uses the browser's BarcodeDetector where there is one, and the
// vendored decoder (QR only, loaded on demand) elsewhere; typing always works.
import { Icon } from "./icons.js";
import { Note } from "./notes.js";
import { html, useEffect, useRef, useState } from "./ui.js";
import { span } from "./time.js";

const encoder = () => import("../vendor/qr/index.js");

/** Fetched ahead: a card is held up where there may be no network. */
export const prepareQr = () => void encoder().catch(() => {});

/** A QR code drawn from text. Only for text we made ourselves. */
export function QrImage({ text, label }) {
  const [modules, setModules] = useState(null);
  useEffect(() => {
    encoder().then(({ encodeQR }) => setModules(encodeQR(text, "raw", { ecc: "medium", border: 1 })));
  }, [text]);
  if (!modules) return html`<i class="bone" style="aspect-ratio:1;height:auto"></i>`;
  const path = modules.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  return html`<svg viewBox=${`0 0 ${modules.length} ${modules.length}`} role="img" aria-label=${label} shape-rendering="crispEdges"><path d=${path} fill="#1f1e1b" /></svg>`;
}

/** A code for the other device: to scan, to type, for as long as it holds. */
export function QrPanel({ url, code, expiresAt, label, onAgain }) {
  const [left, setLeft] = useState(() => new Date(expiresAt) - Date.now());
  useEffect(() => {
    const timer = setInterval(() => setLeft(new Date(expiresAt) - Date.now()), 500);
    return () => clearInterval(timer);
  }, [expiresAt]);
  if (left <= 0) {
    return html`<${Note} icon="clock" title="This code is over" actions=${html`<button type="button" class="btn" onClick=${onAgain}>Make a new code</button>`}>A code works once, for two minutes.<//>`;
  }
  return html`<div style="display:grid;gap:12px;justify-items:center"><div class="qr" style="width:min(220px,100%)"><${QrImage} text=${url} label=${label} /></div>
    <p class="short-code" aria-label=${`Code ${[...code].join(" ")}`}>${code}</p>
    <p class="muted small">Works once, for ${span(left)} more</p></div>`;
}

async function detector() {
  if (globalThis.BarcodeDetector) {
    const formats = await globalThis.BarcodeDetector.getSupportedFormats();
    if (formats.includes("qr_code")) return new globalThis.BarcodeDetector({ formats: formats.filter((f) => ["qr_code", "ean_13", "ean_8", "upc_a", "code_128"].includes(f)) });
  }
  const { BarcodeDetector } = await import("../vendor/qr/decode.js");
  return new BarcodeDetector({ formats: ["qr_code"] });
}

/** The camera, until it has read one code. */
export function CodeCamera({ onCode }) {
  const video = useRef(null);
  const [trouble, setTrouble] = useState(null);
  useEffect(() => {
    let stopped = false;
    let media = null;
    (async () => {
      try {
        media = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        const reader = await detector();
        if (stopped) return media.getTracks().forEach((track) => track.stop());
        video.current.srcObject = media;
        await video.current.play();
        while (!stopped) {
          const [found] = video.current.readyState >= 2 ? await reader.detect(video.current) : [];
          if (found && !stopped) return onCode(found.rawValue);
          await new Promise((resolve) => setTimeout(resolve, 120));
        }
      } catch {
        if (!stopped) setTrouble("The camera is not available here.");
      }
      return undefined;
    })();
    return () => {
      stopped = true;
      media?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  if (trouble) return html`<${Note} icon="camera" title=${trouble}>Type the code below instead.<//>`;
  return html`<video ref=${video} muted playsinline aria-label="Camera picture" style="width:100%;aspect-ratio:4/3;object-fit:cover;border-radius:14px;background:#1f1e1b"></video>`;
}

/** Type or scan a code. `hint` says which. */
export function CodeForm({ label, placeholder, button, onCode, error, busy, camera = true }) {
  const [text, setText] = useState("");
  const [scanning, setScanning] = useState(false);
  const submit = (event) => (event.preventDefault(), text.trim() && onCode(text.trim()));
  return html`<form class="field" onSubmit=${submit}>
    ${scanning ? html`<${CodeCamera} onCode=${(code) => (setScanning(false), onCode(code))} />` : null}
    <label for="code-text">${label}</label>
    <div class="row"><span class="input grow" data-bad=${error ? "" : undefined}><input id="code-text" data-first autocomplete="off" autocapitalize="characters" spellcheck=${false} placeholder=${placeholder} value=${text}
        aria-invalid=${error ? "true" : undefined} aria-describedby=${error ? "code-error" : undefined} onInput=${(event) => setText(event.currentTarget.value)} /></span>
      ${camera && navigator.mediaDevices ? html`<button type="button" class="btn btn-icon" aria-label=${scanning ? "Close the camera" : "Scan with the camera"} aria-pressed=${scanning} onClick=${() => setScanning(!scanning)}><${Icon} name=${scanning ? "x" : "scan"} /></button>` : null}</div>
    ${error ? html`<p class="field-error" id="code-error"><${Icon} name="alert" />${error}</p>` : null}
    <button class="btn btn-primary btn-wide" disabled=${busy || !text.trim()}>${button}</button></form>`;
}
