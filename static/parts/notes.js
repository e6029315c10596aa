// When things are not as usual: say what happened, what it means, what to do next.
import { Icon } from "./icons.js";
import { html, useEffect, useState } from "./ui.js";
import { when } from "./time.js";

/** level: of its heading, one below what it stands under. */
export function EmptyState({ icon, title, children, action, onAction, level = 2 }) {
  return html`<div class="empty"><span class="big"><${Icon} name=${icon} /></span><${`h${level}`}>${title}<//><p>${children}</p>
    ${action ? html`<button type="button" class="btn btn-tonal" onClick=${onAction}>${action}</button>` : null}</div>`;
}

export function Note({ tone = "", icon, title, children, actions }) {
  return html`<div class=${`note ${tone ? `note-${tone}` : ""}`} role=${tone === "danger" ? "alert" : "status"}><${Icon} name=${icon} />
    <div class="grow"><b>${title}</b>${children ? html`<p>${children}</p>` : null}${actions ? html`<div class="row">${actions}</div>` : null}</div></div>`;
}

/** An error of the API beside its cause. What was typed is kept by the caller. */
export function ErrorNote({ error, title = "That did not work", onRetry }) {
  if (!error) return null;
  const network = error.isOffline;
  return html`<${Note} tone=${network ? "warn" : "danger"} icon=${network ? "offline" : "alert"} title=${network ? "No network" : title}
    actions=${onRetry ? html`<button type="button" class="btn" onClick=${onRetry}>Try again</button>` : null}>
    ${network ? "Nothing was lost. It goes on when the network is back." : error.message}<//>`;
}

/** One amber line; work goes on. */
export function OfflineNote({ connection }) {
  const [since, setSince] = useState(null);
  useEffect(() => setSince(connection === "offline" ? (at) => at ?? new Date().toISOString() : null), [connection]);
  if (connection !== "offline") return null;
  return html`<div class="note note-warn note-line" role="status"><${Icon} name="offline" /><p class="grow"><b>Offline since ${when(since, Date.now() + 61_000)}.</b> This is the last we saw.</p></div>`;
}

export function FieldError({ id, children }) {
  return children ? html`<p class="field-error" id=${id}><${Icon} name="alert" />${children}</p>` : null;
}
