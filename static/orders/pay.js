// Starts the payment of a link and follows the gateway's page.
const main = document.querySelector("main[data-token]");
const button = main?.querySelector("button[data-provider]");
const problem = main?.querySelector(".problem");
const key = crypto.randomUUID?.() ?? String(Math.random()).slice(2);

button?.addEventListener("click", async () => {
  button.disabled = true;
  problem.hidden = true;
  try {
    const answer = await fetch(`/api/v1/pay/${encodeURIComponent(main.dataset.token)}`, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json", "Idempotency-Key": `${main.dataset.token.slice(0, 32)}-${key}` },
      body: JSON.stringify({ provider: button.dataset.provider, method: { return_url: location.href } }),
    });
    const payment = await answer.json();
    if (answer.ok && payment.action_url) {
      location.assign(payment.action_url);
      return;
    }
    if (answer.ok && payment.state === "captured") {
      location.reload();
      return;
    }
    throw new Error(payment.title ?? payment.failure_message ?? "The payment could not be started. Try again.");
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
    button.disabled = false;
  }
});
