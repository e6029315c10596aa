// Names for fields that the admin's widgets leave without one: searchable selects, and lists of inputs under one label.
const label = (id) => (id ? document.querySelector(`label[for="${CSS.escape(id)}"]`) : null);

function nameSelects() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const named = label(select.id);
    if (!named) continue;
    named.id ||= `${select.id}-label`;
    // What is chosen has a role of its own, and no name while it is empty.
    select.nextElementSibling?.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", named.id);
    for (const box of select.nextElementSibling?.querySelectorAll(".select2-selection, .select2-search__field") ?? []) {
      const value = box.getAttribute("aria-labelledby")?.split(" ").filter((id) => id !== named.id) ?? [];
      box.setAttribute("aria-labelledby", [named.id, ...value].join(" "));
    }
  }
}

function nameLists() {
  for (const input of document.querySelectorAll("main input[id]:not([type=hidden]):not([aria-label])")) {
    const [, first, number] = /^(id_.+)_(\d+)$/.exec(input.id) ?? [];
    const named = first && !input.labels?.length && (label(first) ?? input.closest(".field-line")?.querySelector("label"));
    if (named) input.setAttribute("aria-label", `${named.textContent.replace("*", "").trim()} ${Number(number) + 1}`);
  }
}

// Rows that are added bring widgets of their own, and some are made after the page is loaded.
addEventListener("load", () => {
  nameSelects();
  nameLists();
  new MutationObserver(() => (nameSelects(), nameLists())).observe(document.querySelector("main"), { childList: true, subtree: true });
});
