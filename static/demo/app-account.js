// The account as the mobile app has it: allauth's app client, a session token instead of a cookie. The postcard's page
// and the page behind the link in the mail are opened on the same phone, so they share what the app keeps there.

const AT = "/_allauth/app/v1/auth";
const kept = (name) => `omnichannel.demo.phone.${name}`;

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(kept(name)));
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    if (value === null) localStorage.removeItem(kept(name));
    else localStorage.setItem(kept(name), JSON.stringify(value));
  } catch {
    // A browser that keeps nothing asks for the password after the mail.
  }
}

export const phoneSession = () => read("session");
export const phoneIsStranger = () => read("stranger") === true;
/** {email, token}: signed up, and not proven yet. */
export const pendingSignUp = () => read("pending");
export const dropPending = () => write("pending", null);
/** `tell(name)` when another page of this phone kept something new. */
export const onKept = (tell) => addEventListener("storage", (event) => event.key?.startsWith(kept("")) && tell(event.key.slice(kept("").length)));

async function ask(path, body, token = "") {
  const answer = await fetch(`${AT}${path}`, {
    method: "POST", credentials: "omit",
    headers: { "Content-Type": "application/json", ...(token ? { "X-Session-Token": token } : {}) },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json().catch(() => ({})) };
}

const wordsOf = ({ body }) => body.errors?.[0]?.message ?? "That did not work. Try again in a minute.";

/** Sign up; the address is proven by the link in the mail. Throws an Error in plain words. */
export async function signUp(email, password) {
  const answer = await ask("/signup", { email, password });
  // 401 is how allauth says: one step more. It says the same of an address that is known.
  if (answer.status !== 401) throw new Error(wordsOf(answer));
  write("pending", { email, token: answer.body.meta?.session_token ?? "" });
}

/** Follow the link of the mail on this phone: answers whether it is signed in now. Throws an Error in plain words. */
export async function confirmSignUp(key) {
  const pending = pendingSignUp();
  const answer = await ask("/email/verify", { key }, pending?.token);
  if (![200, 401].includes(answer.status)) throw new Error(wordsOf(answer));
  const token = answer.status === 200 ? (answer.body.meta?.session_token ?? pending?.token) : "";
  dropPending();
  if (token) write("session", token);
  return Boolean(token);
}
