// The people behind a number: who, which way, why, when.
import { html, useEffect, useState } from "../parts/ui.js";
import { zone as timeZone } from "../parts/zone.js";

const moment = new Intl.DateTimeFormat("en-GB", { timeZone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export function People({ api, path, query, config, title }) {
  const [state, setState] = useState({ items: [], next: null, isLoading: true });
  const load = async (cursor) => {
    try {
      const { data } = await api.get(path, { query: { ...query, cursor, limit: 10 } });
      setState((now) => ({ items: cursor ? [...now.items, ...data.items] : data.items, next: data.next, isLoading: false }));
    } catch (error) {
      setState({ items: [], next: null, isLoading: false, problem: error.message });
    }
  };
  useEffect(() => {
    load();
  }, []);
  if (state.isLoading) return html`<p class="hint" role="status">Looking them up…</p>`;
  return html`<section class="jc-people" aria-label=${title}>
    ${state.problem && html`<p class="wrong">${state.problem}</p>`}
    ${!state.items.length && !state.problem && html`<p class="hint">Nobody.</p>`}
    <ul>${state.items.map((row) => html`<li key=${`${row.enrolment ?? row.id}${row.visit ?? ""}`}>
      <a href=${config.customer.replace("{id}", row.customer.id)}>${row.customer.name}</a>
      <time datetime=${row.left_at ?? row.entered_at}>${moment.format(new Date(row.left_at ?? row.entered_at))}</time>
      <p>${row.reason || (row.due_at ? `${row.waits_for ? `Waits for: ${row.waits_for.toLowerCase()}, ` : "Waits "}until ${moment.format(new Date(row.due_at))}` : "")}</p></li>`)}</ul>
    ${state.next && html`<button type="button" class="jc-text" onClick=${() => load(state.next)}>Show more</button>`}
  </section>`;
}
