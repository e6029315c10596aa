// Follows the versions of one thing: server-sent events read through fetch, because EventSource cannot carry
// a header. Resumes with Last-Event-ID, waits longer after each failure, and asks by polling while it cannot stream.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const SILENCE_MS = 45_000; // the server says something at least every 20 s
const POLL_MS = 2_000;
const REST_MS = 60_000; // while there is nothing to follow that anybody else could make

/**
 * @param {{url: string|null, headers: () => object, cookies?: boolean, version: () => number,
 *          onVersion: (version: number) => void, poll: () => Promise<void>,
 *          onState?: (state: "live"|"polling"|"offline") => void, rests?: boolean}} options
 * rests  where nothing is there to follow, nothing will be before this client makes it: a guest's cart.
 * @returns {{stop: () => void, nudge: () => void, restart: () => void}}
 */
export function follow({ url, headers, cookies = false, version, onVersion, poll, onState = () => {}, rests = false }) {
  let stopped = false;
  let attempts = 0;
  let abort = new AbortController();
  let wake = () => {};

  const state = (name) => stopped || onState(name);
  const sleep = (ms) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => (clearTimeout(timer), resolve());
    });

  /** Answers false when there is nothing to follow. */
  async function stream() {
    abort = new AbortController();
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE_MS);
    };
    heard();
    try {
      const known = version();
      const response = await fetch(url, {
        headers: { Accept: "text/event-stream", ...(known ? { "Last-Event-ID": String(known) } : {}), ...headers() },
        credentials: cookies ? "include" : "omit",
        cache: "no-store",
        signal: abort.signal,
      });
      if (response.status === 404) return false;
      if (!response.ok || !response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        throw new Error(`no stream: ${response.status}`);
      }
      attempts = 0;
      state("live");
      for await (const message of messages(response.body, heard)) {
        if (stopped) return true;
        const told = Number(message.id || JSON.parse(message.data || "{}").version);
        if (Number.isFinite(told) && told > version()) onVersion(told);
      }
      return true;
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  }

  async function ask() {
    try {
      await poll();
      state("polling");
    } catch (error) {
      state(error.status ? "polling" : "offline");
    }
  }

  async function run() {
    while (!stopped) {
      let isThere = true;
      if (url) {
        try {
          isThere = await stream();
        } catch {
          // Said by the state below; the next turn of the loop tries again.
        }
        if (stopped) return;
      }
      attempts += 1;
      await ask(); // whatever was missed between two streams
      if (rests && !isThere && !version()) {
        attempts = 0;
        for (let waited = 0; waited < REST_MS && !version() && !stopped; waited += POLL_MS) await sleep(POLL_MS);
        continue;
      }
      const wait = url ? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)) * (0.7 + 0.6 * Math.random()) : POLL_MS;
      for (let waited = 0; waited < wait && !stopped; waited += POLL_MS) {
        if (waited) await ask();
        await sleep(Math.min(POLL_MS, wait - waited));
      }
    }
  }

  const back = () => ((attempts = 0), wake());
  addEventListener("online", back);
  run();
  return {
    stop() {
      stopped = true;
      removeEventListener("online", back);
      abort.abort();
      wake();
    },
    nudge: () => wake(),
    /** End this stream and open another: the caller's cart is a different one now. */
    restart() {
      attempts = 0;
      abort.abort();
      wake();
    },
  };
}

async function* messages(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heard();
    const blocks = (rest + value).replace(/\r\n?/g, "\n").split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const message = parse(block);
      if (message) yield message;
    }
  }
}

function parse(block) {
  const message = {};
  for (const line of block.split("\n")) {
    const at = line.indexOf(":");
    if (at <= 0) continue; // a comment keeps the line alive
    const value = line.slice(at + 1).replace(/^ /, "");
    const name = line.slice(0, at);
    message[name] = name === "data" && message.data !== undefined ? `${message.data}\n${value}` : value;
  }
  return Object.keys(message).length ? message : null;
}
