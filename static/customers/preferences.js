const main = document.querySelector("main");
const form = document.querySelector("form");
const problem = document.querySelector(".problem");
const done = document.querySelector(".done");
const address = `/api/v1/preferences/${encodeURIComponent(main.dataset.token)}`;

async function call(method, body) {
  const answer = await fetch(address, {
    method,
    credentials: "omit",
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  const read = await answer.json();
  if (!answer.ok) throw new Error(read.title);
  return read;
}

function show(document_) {
  form.replaceChildren(
    ...document_.choices.map((choice) => {
      const label = document.createElement("label");
      const words = document.createElement("span");
      words.textContent = choice.label;
      const box = document.createElement("input");
      box.type = "checkbox";
      box.checked = choice.granted;
      box.addEventListener("change", () => save([{ ...pick(choice), granted: box.checked }]));
      label.append(words, box);
      return label;
    }),
  );
  form.removeAttribute("aria-busy");
}

const pick = ({ channel, purpose }) => ({ channel, purpose });

async function save(choices) {
  done.hidden = problem.hidden = true;
  try {
    shown = await call("PUT", { choices });
    done.hidden = false;
  } catch (error) {
    problem.textContent = error.message || "That was not saved. Try again.";
    problem.hidden = false;
  }
  show(shown);
}

document.querySelector("[data-none]").addEventListener("click", () =>
  save(shown.choices.map((choice) => ({ ...pick(choice), granted: false }))),
);

let shown = { choices: [] };
try {
  show((shown = await call("GET")));
} catch (error) {
  problem.textContent = error.message;
  problem.hidden = false;
}
