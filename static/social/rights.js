// Yes or no, sent at once; the other answer stays one touch away.
const main = document.querySelector("main");
const [told, problem] = [main.querySelector(".told"), main.querySelector(".problem")];
const buttons = [...main.querySelectorAll("button")];

const WORDS = {
  given: "Thank you. We may show it now.",
  refused: "Understood. We do not show it.",
  withdrawn: "Understood. We do not show it any more.",
};

function show(rights) {
  for (const button of buttons) button.setAttribute("aria-pressed", String((button.dataset.given === "yes") === (rights === "given") && rights in WORDS));
  told.textContent = WORDS[rights] ?? "";
  told.hidden = !(rights in WORDS);
}

async function answer(given) {
  problem.hidden = true;
  buttons.forEach((button) => (button.disabled = true));
  try {
    const response = await fetch(`/api/v1/social/rights/${encodeURIComponent(main.dataset.token)}`, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ given }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(body.title);
    show(body.rights);
  } catch (error) {
    problem.textContent = error instanceof TypeError ? "We cannot be reached. Nothing was sent; try again." : error.message;
    problem.hidden = false;
  } finally {
    buttons.forEach((button) => (button.disabled = false));
  }
}

for (const button of buttons) button.addEventListener("click", () => answer(button.dataset.given === "yes"));
show(main.dataset.rights);
