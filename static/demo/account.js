import { confirmSignUp, pendingSignUp } from "./app-account.js";

// The pages behind the links in mails. They call the same public APIs as any storefront.
const main = document.querySelector("[data-page]");
const told = main.querySelector("[data-told]");
const body = main.querySelector("[data-body]");
const key = new URLSearchParams(location.search).get("key") ?? "";

const cookie = (name) => document.cookie.split("; ").find((part) => part.startsWith(`${name}=`))?.split("=")[1] ?? "";

async function account(path, data) {
  const answer = await fetch(`/_allauth/browser/v1${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": cookie("csrftoken") },
    body: JSON.stringify(data),
  });
  const read = await answer.json();
  return { status: answer.status, error: read.errors?.[0]?.message ?? "" };
}

function tell(words, bad = false) {
  told.textContent = words;
  told.classList.toggle("is-bad", bad);
}

function go(label, href) {
  const link = document.createElement("a");
  link.className = "account-go";
  link.href = href;
  link.textContent = label;
  body.replaceChildren(link);
}

function ask(fields, label, send) {
  const form = document.createElement("form");
  for (const [name, title, type, autocomplete] of fields) {
    const wrap = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { name, type, autocomplete, required: true });
    if (name === "email") input.value = new URLSearchParams(location.search).get("email") ?? "";
    wrap.append(title, input);
    form.append(wrap);
  }
  const button = document.createElement("button");
  button.textContent = label;
  form.append(button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    await send(Object.fromEntries(new FormData(form)));
    button.disabled = false;
  });
  body.replaceChildren(form);
}

const EMAIL = ["email", "Email", "email", "email"];
const NEW_PASSWORD = ["password", "Password", "password", "new-password"];

/** Signed up in the app of this phone: the app is signed in by the link, and opens. */
async function verifyOnPhone() {
  try {
    const isIn = await confirmSignUp(key);
    tell("Thank you, this is your email. What you ordered under it is in your account now.");
    go(isIn ? "Go on on the phone" : "Sign in on the phone", "/demo/phone/?open=you");
  } catch (problem) {
    tell(problem.message, true);
  }
}

const pages = {
  async "verify-email"() {
    if (pendingSignUp()) return verifyOnPhone();
    const { status, error } = await account("/auth/email/verify", { key });
    if (status === 200 || status === 401) {
      tell("Thank you, this is your email. What you ordered under it is in your account now.");
      go("Go on", "/demo/web/");
    } else tell(error || "This link has done its work already, or is too old.", true);
  },
  "reset-password"() {
    if (!key) {
      tell("We send you a link to choose a new one.");
      return ask([EMAIL], "Send me a link", async (data) => {
        const { status, error } = await account("/auth/password/request", data);
        tell(status === 200 ? "Look into your mail." : error, status !== 200);
      });
    }
    tell("At least eight characters that nobody would guess.");
    ask([NEW_PASSWORD], "Keep this password", async ({ password }) => {
      const { status, error } = await account("/auth/password/reset", { key, password });
      if (status === 200 || status === 401) {
        tell("Your password is changed.");
        go("Log in", "/demo/account/log-in/");
      } else tell(error || "This link has done its work already, or is too old.", true);
    });
  },
  "sign-up"() {
    tell("One account for the shop, the app and our stores.");
    ask([EMAIL, NEW_PASSWORD], "Sign up", async (data) => {
      const { status, error } = await account("/auth/signup", data);
      tell(status === 401 ? "Look into your mail and confirm that it is yours." : error || "Try again in a minute.", status !== 401);
    });
  },
  "log-in"() {
    tell(new URLSearchParams(location.search).has("social") ? "That log-in did not work. Try another way." : "Welcome back.");
    ask([EMAIL, ["password", "Password", "password", "current-password"]], "Log in", async (data) => {
      const { status, error } = await account("/auth/login", data);
      if (status === 200) location.assign("/demo/web/");
      else tell(error || (status === 401 ? "One more step is needed: confirm your email." : "Try again in a minute."), true);
    });
  },
  async order() {
    const token = new URLSearchParams(location.search).get("token") ?? "";
    const answer = await fetch(`/api/v1/orders/status/${encodeURIComponent(token)}`);
    const order = await answer.json();
    if (!answer.ok) return tell(order.title ?? "There is no such order.", true);
    const money = ({ amount_minor, currency }) => {
      const shape = new Intl.NumberFormat(undefined, { style: "currency", currency });
      return shape.format(amount_minor / 10 ** shape.resolvedOptions().maximumFractionDigits);
    };
    main.querySelector("h1").textContent = `Order ${order.number}`;
    tell(`It is ${order.status}.`);
    const table = document.createElement("table");
    for (const line of order.lines ?? []) {
      const row = table.insertRow();
      row.insertCell().textContent = `${line.quantity} × ${line.name}`;
      row.insertCell().textContent = line.total ? money(line.total) : "";
    }
    const total = order.totals?.total ?? order.total;
    if (total) {
      const row = table.insertRow();
      row.insertCell().textContent = "Total";
      row.insertCell().textContent = money(total);
    }
    body.replaceChildren(table);
  },
};

pages[main.dataset.page]();
