// Keeps a run's page up to date while it goes; reads it whole once when it has ended.
const page = document.getElementById("run");
const address = page && page.dataset.progress;

async function look() {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.ok) {
      const figures = await answer.json();
      for (const place of page.querySelectorAll("[data-figure]")) {
        const value = figures[place.dataset.figure];
        place.textContent = typeof value === "number" ? value.toLocaleString() : value ?? "–";
      }
      page.querySelector("progress").value = figures.percent;
      if (figures.state !== "waiting" && figures.state !== "running") {
        location.reload();
        return;
      }
    }
  } catch {
    // The server is away for a moment; the next look tells.
  }
  setTimeout(look, 1000);
}

if (address) setTimeout(look, 1000);
