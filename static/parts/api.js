// The client of the public API: credentials by kind, an Idempotency-Key on every write so that a retry is
// harmless, If-Match and If-None-Match, and problem+json as errors one can show beside a field.

const RETRIES = 3;
const FIRST_WAIT_MS = 250;
const TIMEOUT_MS = 15_000;

/** What went wrong, in the words of RFC 9457: `code` for programs, `message` for people. */
export class ApiError extends Error {
  constructor({ status = 0, code = "unreachable", title = "We cannot reach the shop.", data = {}, errors = [] }) {
    super(title);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.data = data;
    this.errors = errors;
  }

  /** The message for one field of the body, by its JSON pointer: fieldError("/email"). */
  fieldError(pointer) {
    return this.errors.find((error) => error.pointer === pointer)?.title ?? null;
  }

  get isOffline() {
    return this.status === 0;
  }
}

// --- Credentials: each returns the headers of one request ------------------------------------------

export function readCookie(name) {
  return document.cookie.split("; ").find((row) => row.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** The website: a session cookie, and the CSRF token on writes. */
export const bySession = () => ({
  headers: (method) => (method === "GET" ? {} : { "X-CSRFToken": readCookie("csrftoken") }),
  cookies: true,
});

/** The mobile app: a session token in a header, no cookie. */
export const byAppToken = (token) => ({ headers: () => ({ "X-Session-Token": token }), cookies: false });

/** A guest: the right to one cart. `client` says which one asks, for the record: "app", "social". */
export const byCartToken = (token, { client = "" } = {}) => ({
  headers: () => ({ "X-Cart-Token": token, ...(client ? { "X-Client": client } : {}) }),
  cookies: false,
});

/** A tablet of a store, and the associate whose PIN opened it. */
export const byDevice = (token, associateSession = null) => ({
  headers: () => ({
    Authorization: `Device ${token}`,
    ...(associateSession ? { "X-Associate-Session": associateSession } : {}),
  }),
  cookies: false,
});

export const anonymously = () => ({ headers: () => ({}), cookies: false });

// --- The client ------------------------------------------------------------------------------------

/**
 * @param {{base?: string, credential: () => {headers: (method: string) => object, cookies: boolean},
 *          onUnauthorised?: (error: ApiError) => void, onNetwork?: (online: boolean) => void}} options
 */
export function createApi({ base = "/api/v1", credential, onUnauthorised, onNetwork }) {
  async function once(method, path, { body, query, etag, ifMatch, key, signal }) {
    const { headers, cookies } = credential();
    const response = await fetch(address(base, path, query), {
      method,
      credentials: cookies ? "same-origin" : "omit",
      signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        Accept: "application/json",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(etag ? { "If-None-Match": etag } : {}),
        ...(ifMatch ? { "If-Match": ifMatch } : {}),
        ...(key ? { "Idempotency-Key": key } : {}),
        ...headers(method),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
    const data = isJson ? await response.json() : null;
    if (response.ok || response.status === 304) {
      return { data, status: response.status, etag: response.headers.get("ETag") };
    }
    const error = new ApiError({
      ...(isJson ? data : { code: `http_${response.status}`, title: "The shop gave an answer we did not expect." }),
      status: response.status,
    });
    error.retryAfterMs = Number(response.headers.get("Retry-After") ?? 0) * 1000;
    throw error;
  }

  async function send(method, path, options = {}) {
    // One key for all attempts of one intention: the server answers a repeat with the first answer.
    const key = method === "GET" ? undefined : (options.key ?? uuid());
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await once(method, path, { ...options, key });
        onNetwork?.(true);
        return answer;
      } catch (problem) {
        if (options.signal?.aborted) throw problem;
        const error = problem instanceof ApiError ? problem : new ApiError({});
        onNetwork?.(error.status !== 0);
        if (error.status === 401) onUnauthorised?.(error);
        if (attempt >= RETRIES || !mayRetry(error)) throw error;
        await pause(Math.max(error.retryAfterMs ?? 0, FIRST_WAIT_MS * 2 ** attempt * (0.7 + 0.6 * Math.random())));
      }
    }
  }

  return {
    get: (path, options) => send("GET", path, options),
    post: (path, body = {}, options = {}) => send("POST", path, { ...options, body }),
    put: (path, body, options = {}) => send("PUT", path, { ...options, body }),
    patch: (path, body, options = {}) => send("PATCH", path, { ...options, body }),
    delete: (path, options = {}) => send("DELETE", path, options),
    headers: () => credential().headers("GET"),
    usesCookies: () => credential().cookies,
  };
}

// Nothing arrived, the server is busy, or it is still working on the same key.
function mayRetry(error) {
  return error.status === 0 || error.status === 503 || error.status === 429 || error.code === "idempotency_busy";
}

function address(base, path, query) {
  const pairs = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (!pairs.length) return base + path;
  return `${base}${path}?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`;
}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A random UUID, also on plain http in a local network, where crypto.randomUUID is missing. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
