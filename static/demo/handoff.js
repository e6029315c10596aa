// Taking a cart to another device and taking one over from it: a QR code to scan, a short code to type.
import { useAttempt } from "../parts/attempt.js";
import { ErrorNote } from "../parts/notes.js";
import { CodeForm, QrPanel } from "../parts/qr.js";
import { Sheet } from "../parts/sheet.js";
import { html, useEffect, useState } from "../parts/ui.js";
import { codeIn, createHandoff, redeemHandoff } from "./shop-api.js";

export function ShowCodeSheet({ api, cart, title, children, onClose, onMade, place }) {
  const [code, setCode] = useState(null);
  const [error, setError] = useState(null);
  const make = async () => {
    setError(null);
    try {
      const made = await createHandoff(api, cart.path);
      setCode(made);
      onMade?.(made);
    } catch (problem) {
      setError(problem);
    }
  };
  useEffect(() => void make(), []);
  return html`<${Sheet} title=${title} onClose=${onClose} place=${place}>
    <p class="soft">${children}</p>
    <${ErrorNote} error=${error} title="We could not make a code" onRetry=${make} />
    ${code ? html`<${QrPanel} url=${code.url} code=${code.code} expiresAt=${code.expires_at} label="QR code of this cart" onAgain=${make} />` : null}
  <//>`;
}

export function TakeOverSheet({ api, title, children, onClose, onTaken, place }) {
  const { attempt, busy, error } = useAttempt();
  const redeem = (text) => attempt(async () => onTaken(await redeemHandoff(api, codeIn(text))));
  return html`<${Sheet} title=${title} onClose=${onClose} place=${place}>
    <p class="soft">${children}</p>
    <${CodeForm} label="Code" placeholder="Type the code" button="Take over the cart" onCode=${redeem} busy=${busy} error=${error ? error.message : null} />
  <//>`;
}
