// Shows the words in the form as a mail, half a second after the last key.
const pane = document.querySelector("[data-template-preview]");
const form = pane?.closest("form");
let timer = 0;
let asked = 0;

async function show() {
  const mine = ++asked;
  const body = new FormData(form);
  const answer = await fetch(pane.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": body.get("csrfmiddlewaretoken") } });
  if (mine !== asked || !answer.ok) return;
  const { subject, html, text, problems } = await answer.json();
  const list = pane.querySelector("[data-problems]");
  list.hidden = problems.length === 0;
  list.replaceChildren(...problems.map(({ part, line, title }) => {
    const item = document.createElement("li");
    item.textContent = `${{ mjml: "Layout", text: "Plain text", subject: "Subject", preheader: "Preheader" }[part] ?? part}${line ? `, line ${line}` : ""}: ${title}`;
    return item;
  }));
  if (problems.length) return; // the last good preview stays
  pane.querySelector("[data-subject]").textContent = subject;
  pane.querySelector("[data-text]").textContent = text;
  for (const frame of pane.querySelectorAll("[data-html]")) frame.srcdoc = html;
}

if (form) {
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 500); });
  show();
}
