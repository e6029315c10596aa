// Signing in, and making an account, where a client does it itself: two forms, no page of their own.
import { useAttempt } from "../parts/attempt.js";
import { FieldError, Note } from "../parts/notes.js";
import { html, useEffect, useState } from "../parts/ui.js";
import { demoLogIns, isStranger } from "./client.js";

function Form({ label, children, onSubmit, busy, error }) {
  const submit = (event) => (event.preventDefault(), onSubmit(Object.fromEntries(new FormData(event.currentTarget))));
  return html`<form class="choices" onSubmit=${submit}>${children}<${FieldError}>${error?.message}<//><button class="btn btn-primary btn-wide" disabled=${busy} aria-busy=${busy}>${label}</button></form>`;
}

function Field({ name, label, type, fill, value }) {
  return html`<label class="field"><span class="label">${label}</span><span class="input"><input name=${name} type=${type} autocomplete=${fill} required defaultValue=${value ?? ""} /></span></label>`;
}

/**
 * signIn(email, password) and signUp(email, password) throw what went wrong; `onIn` once somebody is signed in.
 * pending  the address somebody has signed up with and not proven yet.
 */
export function SignIn({ signIn, signUp, onIn, pending = null, start = {} }) {
  const [known, setKnown] = useState(start);
  const [isNew, setNew] = useState(false);
  const [asked, setAsked] = useState(pending);
  const { attempt, busy, error, setError } = useAttempt();
  useEffect(() => {
    // The demo's own customer is one tap away, unless somebody else is played.
    if (!isStranger()) demoLogIns().then(({ customer }) => setKnown(customer), () => {});
  }, []);
  if (asked) {
    return html`<${Note} tone="accent" icon="mail" title="Look into your mail" actions=${html`<a class="btn" href=${`/demo/mailbox/?to=${encodeURIComponent(asked)}`} target="_blank" rel="noopener">Open the mailbox</a>
        <button type="button" class="btn btn-quiet" onClick=${() => setAsked(null)}>Use another address</button>`}>We wrote to ${asked}. Confirm that it is yours, and this phone signs in by itself.<//>`;
  }
  const fields = html`<${Field} key=${`email ${known.email ?? ""}`} name="email" label="Email" type="email" fill="username" value=${known.email} />
    <${Field} key=${`password ${known.password ?? ""}`} name="password" label="Password" type="password" fill=${isNew ? "new-password" : "current-password"} value=${isNew ? "" : known.password} />`;
  return html`<p class="soft">${isNew ? "One account for the shop, the app and our stores. What you ordered under this address comes with it." : "Sign in, and your bag is the same here, on the website and in our stores."}</p>
    <${Form} key=${isNew} label=${isNew ? "Make an account" : "Sign in"} busy=${busy} error=${error}
      onSubmit=${({ email, password }) => attempt(async () => (isNew ? (await signUp(email, password), setAsked(email)) : (await signIn(email, password), onIn())))}>${fields}<//>
    ${signUp ? html`<button type="button" class="linkish" onClick=${() => (setNew(!isNew), setError(null))}>${isNew ? "I have an account" : "I am new here: make an account"}</button>` : null}`;
}
