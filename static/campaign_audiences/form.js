// The form of an audience: kind, settings, destinations. What the API refuses is said beside its field.
import { html, useState } from "../parts/ui.js";

const KINDS = [
  ["viewed_or_carted_not_bought", "Looked, not bought", "What people looked at or put in a cart, until they buy it anywhere"],
  ["related_to_bought", "Goes with what they bought", "Related things in stock, never what they own"],
  ["segment", "A segment", "Everybody in it, as they come and go"],
  ["journey", "Put in by journeys", "Whom a step of a journey puts in"],
];

function keyOf(name) {
  return name.toLowerCase().normalize("NFD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);
}

function Several({ label, values, value, onChange }) {
  return html`<fieldset><legend>${label}</legend><div class="inline">${values.map(([key, words]) => html`<label class="aud-check" key=${key}>
    <input type="checkbox" checked=${value.includes(key)} onChange=${(event) => onChange(event.target.checked ? [...value, key] : value.filter((each) => each !== key))} />${words}</label>`)}</div></fieldset>`;
}

export function AudienceForm({ config, audience, error, busy, onSave, onCancel }) {
  const rule = audience?.rule ?? {};
  const [name, setName] = useState(audience?.name ?? "");
  const [kind, setKind] = useState(rule.kind ?? KINDS[0][0]);
  const [days, setDays] = useState(rule.within_days ?? 30);
  const [did, setDid] = useState(rule.did ?? ["viewed", "carted"]);
  const [relations, setRelations] = useState(rule.relations ?? ["complementary", "accessory"]);
  const [most, setMost] = useState(rule.most ?? 12);
  const [category, setCategory] = useState(rule.category ?? "");
  const [segment, setSegment] = useState(rule.segment ?? config.segments[0]?.key ?? "");
  const [platforms, setPlatforms] = useState((audience?.destinations ?? []).filter((each) => each.is_on).map((each) => each.platform));
  const wrong = (pointer) => {
    const said = error?.fieldError?.(pointer) ?? (error?.data?.pointer === pointer || error?.pointer === pointer ? error.message : null);
    return said ? html`<p class="aud-error" role="alert">${said}</p>` : null;
  };

  function submit(event) {
    event.preventDefault();
    const about = category ? { category } : {};
    const settings = {
      viewed_or_carted_not_bought: { within_days: Number(days), did, ...about },
      related_to_bought: { within_days: Number(days), relations, most: Number(most), ...about },
      segment: { segment },
      journey: {},
    }[kind];
    onSave({
      name: name.trim(),
      ...(audience ? {} : { key: keyOf(name) || "audience" }),
      rule: { kind, ...settings },
      destinations: platforms.map((platform) => ({ platform })),
    });
  }

  const timed = kind === "viewed_or_carted_not_bought" || kind === "related_to_bought";
  return html`<form class="aud-form aud-card" onSubmit=${submit}>
    ${error ? html`<p class="aud-note" role="alert">${error.message}</p>` : null}
    <div><label class="label" for="aud-name">Name</label><input id="aud-name" type="text" required maxlength="120" value=${name} onInput=${(event) => setName(event.target.value)} autofocus />${wrong("/name")}${wrong("/key")}</div>
    <fieldset><legend>Who and what</legend><div class="aud-kind">${KINDS.map(([key, words, help]) => html`<label key=${key}>
      <input type="radio" name="kind" checked=${kind === key} onChange=${() => setKind(key)} /><div><b>${words}</b><span>${help}</span></div></label>`)}</div></fieldset>
    ${timed ? html`<div class="two">
      <div><label class="label" for="aud-days">${kind === "related_to_bought" ? "Bought within" : "Looked or carted within"}</label><div class="inline"><input id="aud-days" type="number" min="1" max="730" required value=${days} onInput=${(event) => setDays(event.target.value)} /><span>days</span></div>${wrong("/rule/within_days")}</div>
      <div><label class="label" for="aud-category">Only this category</label><select id="aud-category" value=${category} onChange=${(event) => setCategory(event.target.value)}>
        <option value="">All categories</option>${config.categories.map((each) => html`<option key=${each.path} value=${each.path}>${"– ".repeat(each.path.split("/").length - 1)}${each.name}</option>`)}</select></div></div>` : null}
    ${kind === "viewed_or_carted_not_bought" ? html`<${Several} label="What they did" values=${[["viewed", "Looked at it"], ["carted", "Put it in the cart"]]} value=${did} onChange=${setDid} />${wrong("/rule/did")}` : null}
    ${kind === "related_to_bought" ? html`<${Several} label="What counts as related" values=${[["complementary", "Goes with it"], ["accessory", "Accessories"]]} value=${relations} onChange=${setRelations} />${wrong("/rule/relations")}
      <div><label class="label" for="aud-most">At most</label><div class="inline"><input id="aud-most" type="number" min="1" max="50" required value=${most} onInput=${(event) => setMost(event.target.value)} /><span>items for each person</span></div></div>` : null}
    ${kind === "segment" ? html`<div><label class="label" for="aud-segment">Segment</label><select id="aud-segment" required value=${segment} onChange=${(event) => setSegment(event.target.value)}>
      ${config.segments.length ? null : html`<option value="">There is no live segment yet</option>`}
      ${segment && !config.segments.some((each) => each.key === segment) ? html`<option value=${segment} selected>${segment} (not live)</option>` : null}
      ${config.segments.map((each) => html`<option key=${each.key} value=${each.key} selected=${each.key === segment}>${each.name}</option>`)}</select>${wrong("/rule/segment")}</div>` : null}
    <${Several} label="Send it to" values=${config.platforms.map((each) => [each.name, each.title])} value=${platforms} onChange=${setPlatforms} />
    <div class="inline"><button class="aud-button first" disabled=${busy}>${audience ? "Save audience" : "Make audience"}</button><button type="button" class="aud-button" onClick=${onCancel}>Cancel</button></div>
  </form>`;
}
