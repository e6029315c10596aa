// The postcard's page: its reader becomes a member, once, and goes on to the shop.
import { ApiError, anonymously, byAppToken, bySession, createApi } from "../parts/api.js";
import { html, render, useEffect, useState } from "../parts/ui.js";
import { phoneIsStranger, phoneSession, signUp } from "./app-account.js";
import { visitorHeaders } from "./visitor.js";

const given = new URLSearchParams(location.search);
const token = given.get("token") ?? "";
const code = given.get("code") ?? "";
const main = document.querySelector("main");
const bonus = Number(main.dataset.bonus);

// A postcard is read with the phone: its app's session counts first, and who is nobody there is nobody here.
const onPhone = Boolean(phoneSession()) || phoneIsStranger();
const who = phoneSession() ? byAppToken(phoneSession()) : onPhone ? anonymously() : bySession();
const api = createApi({ credential: () => ({ ...who, headers: (method) => ({ ...visitorHeaders(), ...who.headers(method) }) }) });

/** What led here goes on to the shop: the campaign, and the code on the card. */
function shopUrl() {
  const onward = new URLSearchParams([...given].filter(([name]) => name !== "token"));
  return `/demo/${onPhone ? "phone" : "web"}/${onward.size ? `?${onward}` : ""}`;
}

function tell(title, words, { gift = true } = {}) {
  main.querySelector("h1").textContent = title;
  main.querySelector("[data-told]").textContent = words;
  main.querySelector("[data-gift]")?.toggleAttribute("hidden", !gift);
}

function Onward({ also }) {
  return html`<div class="account-more">${code ? html`<p class="account-code">Your code <b>${code}</b> is ready in the bag.</p>` : null}
    <a class="account-go" href=${shopUrl()}>Go to the shop</a>${also ?? null}</div>`;
}

/** On the phone the account is made here; the mail proves the address, and the phone is signed in. */
function Password({ email }) {
  const [error, setError] = useState("");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    const { password } = Object.fromEntries(new FormData(event.currentTarget));
    setBusy(true);
    setError("");
    try {
      await signUp(email, password);
      setAsked(true);
    } catch (problem) {
      setError(problem.message);
    }
    setBusy(false);
  };
  if (asked) return html`<p role="status">We wrote to ${email}. Follow the link in the mail, and your phone is signed in.</p><a class="account-go" href=${`/demo/mailbox/?to=${encodeURIComponent(email)}`} target="_blank" rel="noopener">Open the mailbox</a>`;
  return html`<form onSubmit=${submit}><label>Choose a password<input name="password" type="password" autocomplete="new-password" minlength="8" required /></label>
    ${error ? html`<p class="field-error" role="alert">${error}</p>` : null}<button disabled=${busy}>Confirm my email</button></form>`;
}

function Join() {
  const [me, setMe] = useState(undefined);
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(null);
  useEffect(() => {
    globalThis.omTrack?.page("Postcard");
    api.get("/me").then(({ data }) => setMe(data), () => setMe(null));
  }, []);
  async function attempt(action) {
    setBusy(true);
    setError(null);
    try {
      await action();
    } catch (problem) {
      setError(problem instanceof ApiError ? problem : new ApiError({}));
    } finally {
      setBusy(false);
    }
  }
  const asMe = () => attempt(async () => {
    const { data } = await api.post("/me/loyalty/enrol", token ? { token } : {});
    tell(data.bonus_points ? `${data.bonus_points} points are yours` : "You are a member", data.bonus_points ? `You have ${data.points.available} points now.` : `You have ${data.points.available} points. This card gave its bonus before.`, { gift: false });
    setDone({});
  });
  const byEmail = (event) => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.currentTarget));
    return attempt(async () => {
      const { data } = await api.post("/loyalty/join", { token, ...form });
      tell("Welcome", `${bonus ? `${bonus} points wait for you. ` : ""}Confirm ${form.email} to use them.`, { gift: false });
      setDone(onPhone ? { email: form.email } : { verify: data.verify_url });
    });
  };
  if (!token && !me) {
    if (me === null) tell("No card here", "Scan the code on your postcard again, or look around the shop.", { gift: false });
    return html`<${Onward} />`;
  }
  if (done?.email) return html`<div class="account-more"><${Password} email=${done.email} /><a class="account-also" href=${shopUrl()}>Later, to the shop</a></div>`;
  if (done) return html`<${Onward} also=${done.verify ? html`<a class="account-also" href=${done.verify}>Confirm my email and choose a password</a>` : null} />`;
  const trouble = error ? html`<p class="field-error" role="alert">${error.fieldError?.("/email") ?? error.fieldError?.("/token") ?? error.message}</p>` : null;
  if (me === undefined) return html`<i class="bone" style="height:112px"></i>`;
  if (me) return html`<div class="account-more">${trouble}<button type="button" class="account-go" disabled=${busy} onClick=${asMe}>Join as ${me.first_name || me.email}</button></div>`;
  return html`<form onSubmit=${byEmail}><label>Email<input name="email" type="email" autocomplete="email" required /></label>
    <label>First name<input name="first_name" autocomplete="given-name" maxlength="100" /></label>${trouble}<button disabled=${busy}>Join</button></form>`;
}

render(html`<${Join} />`, main.querySelector("[data-body]"));
