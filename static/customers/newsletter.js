const main = document.querySelector("main");
const button = document.querySelector("[data-confirm]");
const problem = document.querySelector(".problem");

button?.addEventListener("click", async () => {
  button.disabled = true;
  problem.hidden = true;
  try {
    const answer = await fetch("/api/v1/newsletter/confirm", {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token: main.dataset.token }),
    });
    if (!answer.ok) throw new Error((await answer.json()).title);
    button.hidden = true;
    document.querySelector(".done").hidden = false;
  } catch (error) {
    problem.textContent = error.message || "That did not work. Try again.";
    problem.hidden = false;
    button.disabled = false;
  }
});
