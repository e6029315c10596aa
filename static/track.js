/* First-party tracking in Segment's words: <script src="/static/track.js" data-key="…" defer></script>, then
   omTrack.track("Product Viewed", {sku: "…"}), .page(), .identify(customerId), .reset() at log-out.
   Keeps one random id in this browser's storage, no cookie and no third party. Where the browser says
   Global Privacy Control, or after omTrack.consent(false), nothing is kept or sent. */
(() => {
  const tag = document.currentScript;
  const host = tag?.dataset.host ?? new URL(tag?.src ?? location.href).origin;
  const key = tag?.dataset.key ?? "";
  const [ID, USER, NO] = ["om_anonymous_id", "om_user_id", "om_no_tracking"];
  const MOST = 20, WAIT_MS = 1000, LARGEST = 60000;
  let waiting = [], timer = 0;

  const kept = {
    get: (name) => { try { return localStorage.getItem(name) ?? ""; } catch { return ""; } },
    set: (name, value) => { try { value ? localStorage.setItem(name, value) : localStorage.removeItem(name); } catch { /* private window */ } },
  };
  let own = "";
  const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
  const refused = () => navigator.globalPrivacyControl === true || kept.get(NO) === "1";
  const anonymousId = () => { own = kept.get(ID) || own || uuid(); kept.set(ID, own); return own; };

  function put(type, more) {
    if (!key || refused()) return;
    const at = new Date().toISOString(), userId = kept.get(USER);
    waiting.push({
      type, messageId: uuid(), anonymousId: anonymousId(), ...(userId && { userId }), timestamp: at, ...more,
      context: { page: { url: location.href, path: location.pathname, title: document.title, referrer: document.referrer }, userAgent: navigator.userAgent, locale: navigator.language, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone, library: { name: "track.js" }, ...(matchMedia("(max-width: 700px)").matches && { device: { type: "mobile" } }) },
    });
    if (waiting.length >= MOST) send();
    else timer ||= setTimeout(send, WAIT_MS);
  }

  // Text, so that no preflight is asked; keepalive, so that the last ones leave with the page.
  async function send() {
    clearTimeout(timer);
    timer = 0;
    const batch = [];
    for (let size = 0; waiting.length && size < LARGEST; ) size += JSON.stringify(batch[batch.push(waiting.shift()) - 1]).length;
    if (!batch.length) return;
    try {
      const answer = await fetch(`${host}/v1/batch`, { method: "POST", keepalive: true, credentials: "omit", headers: { "Content-Type": "text/plain" }, body: JSON.stringify({ writeKey: key, batch, sentAt: new Date().toISOString() }) });
      if (answer.status >= 500 || answer.status === 429) throw answer;
    } catch {
      // Kept for the next time; each is stored once, however often it is sent.
      waiting = [...batch, ...waiting].slice(0, 200);
      timer ||= setTimeout(send, 15 * WAIT_MS);
      return;
    }
    if (waiting.length) send();
  }
  addEventListener("pagehide", send);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());

  globalThis.omTrack = {
    anonymousId: () => (refused() ? "" : anonymousId()),
    track: (event, properties = {}) => put("track", { event, properties }),
    page: (name, properties = {}) => put("page", { name: name ?? document.title, properties }),
    identify: (userId, traits = {}) => { if (!refused()) kept.set(USER, String(userId)); put("identify", { userId: String(userId), traits }); },
    // A new id at once: another page of this browser would put back the one it remembers.
    reset: () => { send(); own = refused() ? "" : uuid(); kept.set(ID, own); kept.set(USER, ""); },
    consent: (given) => { kept.set(NO, given ? "" : "1"); if (!given) { waiting = []; own = ""; kept.set(ID, ""); kept.set(USER, ""); } },
    flush: send,
  };
})();
