// Each kind of condition as a sentence whose changeable words are fields.
import { Icon } from "../parts/icons.js";
import { html } from "../parts/ui.js";
import { Compare, Goods, NUMBER_OPS, Num, Pick, Span, TIMES, Text, When, Yes } from "./controls.js";

const named = (rows) => rows.map((row) => [row.name, row.label]);
const TEXT_OPS = [["is", "is"], ["is_not", "is not"], ["contains", "contains"], ["exists", "is known"], ["missing", "is not known"]];
const MOMENT_OPS = [["within", "in the last"], ["older", "longer ago than"], ["after", "on or after"], ["before", "before"]];

/** `set` merges fields into the condition; undefined takes a field out. */
export function Sentence({ node, words, products, error, at, set }) {
  const view = VIEWS[node.kind];
  return view ? view({ node, words, products, error, at, set }) : html`This condition was made by another system.`;
}

export const ICONS = {
  event: (node) => (node.name.startsWith("Product") ? "eye" : "bolt"),
  order: () => "bag", cart: () => "box", wish: () => "heart", points: () => "gift", referral: () => "share",
  profile: () => "user", consent: () => "check", identity: () => "link", store: () => "store", label: () => "tag",
  segment: () => "filter", rfm: () => "tag",
};

const VIEWS = {
  event: EventView,
  order: OrderView,
  cart: ({ node, words, products, error, at, set }) => html`<${Yes} label="Cart" value=${node.has} yes="Has" no="Does not have" onChange=${(has) => set({ has })} />
    <${Goods} value=${node.goods} words=${words} products=${products} anything="something" error=${error} at=${`${at}/goods`} onChange=${(goods) => set({ goods })} /> in the cart
    ${node.worth ? html`<span class="sb-where">worth <${Compare} label="Worth" value=${node.worth} scale=${100} step=${0.01} unit=${node.currency} error=${error} at=${`${at}/worth`} onChange=${(worth) => set({ worth })} /><${Drop} what="worth" onDrop=${() => set({ worth: undefined, currency: undefined })} /></span>` : null}
    ${node.resting ? html`<span class="sb-where">untouched for <${Span} label="Untouched for" value=${node.resting} prefix="" error=${error(`${at}/resting`)} onChange=${(resting) => set({ resting })} /><${Drop} what="how long it is untouched" onDrop=${() => set({ resting: undefined })} /></span>` : null}
    ${node.worth ? null : html`<${More} title="Worth" onClick=${() => set({ worth: { op: ">=", value: 5000 }, currency: words.currency })} />`}
    ${node.resting ? null : html`<${More} title="Untouched for" onClick=${() => set({ resting: { hours: 2 } })} />`}`,
  wish: ({ node, words, products, error, at, set }) => html`<${Yes} label="Wish list" value=${node.has} yes="Has" no="Does not have" onChange=${(has) => set({ has })} />
    <${Goods} value=${node.goods} words=${words} products=${products} anything="something" error=${error} at=${`${at}/goods`} onChange=${(goods) => set({ goods })} /> on a wish list`,
  points: ({ node, words, error, at, set }) => html`Has <${Compare} label="Amount" value=${node.amount} scale=${node.unit === "credit" ? 100 : 1} step=${node.unit === "credit" ? 0.01 : 1} error=${error} at=${`${at}/amount`} onChange=${(amount) => set({ amount })} />
    <${Pick} label="Of what" value=${node.unit} options=${[["points", "points"], ["pending", "pending points"], ["credit", `${words.currency} of store credit`]]} onChange=${(unit) => set({ unit, currency: unit === "credit" ? words.currency : undefined })} />`,
  referral: ({ node, error, at, set }) => html`<${Pick} label="Friends" value=${`${node.role}${node.has === false ? "-no" : ""}`}
      options=${[["member", "Brought friends"], ["member-no", "Brought no friend"], ["friend", "Came by a friend’s code"], ["friend-no", "Did not come by a friend’s code"]]}
      onChange=${(name) => set({ role: name.split("-")[0], has: !name.endsWith("-no"), count: undefined })} />
    ${node.role === "member" && node.has !== false ? html`<${Compare} label="Friends brought" times value=${node.count ?? { op: ">=", value: 1 }} unit="times" error=${error} at=${`${at}/count`} onChange=${(count) => set({ count })} />` : null}`,
  profile: ProfileView,
  consent: ({ node, words, set }) => html`<${Pick} label="Consent" value=${node.state} options=${[["granted", "Gave"], ["withdrawn", "Withdrew"], ["none", "Never gave"]]} onChange=${(state) => set({ state })} /> consent to
    <${Pick} label="What for" value=${node.purpose} options=${named(words.consent_purposes)} onChange=${(purpose) => set({ purpose })} /> by
    <${Pick} label="Channel" value=${node.channel} options=${named(words.consent_channels)} onChange=${(channel) => set({ channel })} />`,
  identity: ({ node, words, set }) => html`<${Yes} label="Known" value=${node.has} yes="Is known by" no="Is not known by" onChange=${(has) => set({ has })} />
    <${Pick} label="Known by" value=${node.identity} options=${named(words.identity_kinds)} onChange=${(identity) => set({ identity })} />
    <${Pick} label="Proven" value=${node.verified ? "proven" : ""} options=${[["", "proven or not"], ["proven", "that is proven"]]} onChange=${(name) => set({ verified: name ? true : undefined })} />`,
  store: ({ node, words, error, at, set }) => html`<${Pick} label="Store" value=${`${node.how}${node.has === false ? "-no" : ""}`}
      options=${[["lives", "Lives near"], ["lives-no", "Does not live near"], ["bought", "Bought at"], ["bought-no", "Never bought at"]]}
      onChange=${(name) => set({ how: name.split("-")[0], has: !name.endsWith("-no") })} />
    <${Pick} label="Which store" value=${node.store} options=${words.stores.map((each) => [each.id, each.name])} error=${error(`${at}/store`)} onChange=${(store) => set({ store })} />`,
  label: LabelView,
  segment: ({ node, words, error, at, set }) => html`<${Yes} label="Segment" value=${node.has} yes="Is in" no="Is not in" onChange=${(has) => set({ has })} />
    <${Pick} label="Which segment" value=${node.segment} options=${words.segments.map((each) => [each.key, each.name])} error=${error(`${at}/segment`)} onChange=${(segment) => set({ segment })} />`,
  rfm: ({ node, words, error, at, set }) => html`Scores <${Compare} label="Score" value=${{ op: node.op, value: node.value }} error=${(place) => error(place.replace("/score", ""))} at=${`${at}/score`} onChange=${(score) => set(score)} /> of 5 in
    <${Pick} label="Score of" value=${node.part} options=${[["recency", "recency (last order)"], ["frequency", "frequency (orders a year)"], ["monetary", "spending (a year)"]]} onChange=${(part) => set({ part, currency: words.currency })} />`,
};

const More = ({ title, onClick }) => html`<button type="button" class="sb-more" onClick=${onClick}><${Icon} name="plus" />${title}</button>`;
const Drop = ({ what, onDrop }) => html`<button type="button" class="sb-x" aria-label=${`Remove: ${what}`} onClick=${onDrop}><${Icon} name="x" /></button>`;

function EventView({ node, words, products, error, at, set }) {
  const where = node.where ?? [];
  const goodsAt = where.findIndex((each) => each.field === "category" || each.field === "product");
  const aboutGoods = goodsAt >= 0 || /product|wishlist|cart\.line|wish_list/i.test(node.name);
  const setWhere = (index, change) => set({ where: change === null ? where.filter((_, n) => n !== index) : index < 0 ? [...where, change] : where.map((each, n) => (n === index ? change : each)) });
  const setGoods = (goods) => setWhere(goodsAt, goods ? { field: goods.products ? "product" : "category", op: "is", goods } : null);
  const event = words.events.find((each) => each.name === node.name);
  const options = words.events.map((each) => [each.name, each.phrase.startsWith("had “") ? `had: ${each.label}` : each.phrase]);
  const measure = node.sum ? "sum" : node.first ? "first" : node.last ? "last" : "count";
  const count = node.count ?? { op: ">=", value: 1 };
  const ways = [...TIMES, ...(event?.properties.length || node.sum ? [["sum", "adding up to"]] : []), ["first", "for the first time"], ["last", "for the last time"]];
  const changeWay = (way) => {
    const isCount = TIMES.some(([op]) => op === way);
    set({
      count: isCount ? { ...count, op: way } : undefined, sum: way === "sum" ? { field: event?.properties[0] ?? "price", op: ">=", value: 100 } : undefined,
      first: way === "first" ? { within_days: 30 } : undefined, last: way === "last" ? { older_days: 30 } : undefined, window: way === "first" || way === "last" ? undefined : node.window,
    });
  };
  return html`<${Yes} label="Did or did not" value=${node.did} yes="They" no="They never" onChange=${(did) => set({ did })} />
    <${Pick} label="Event" value=${node.name} options=${options} error=${error(`${at}/name`)} onChange=${(name) => set({ name, where: goodsAt >= 0 && /product/i.test(name) ? [where[goodsAt]] : undefined, sum: undefined })} />
    ${aboutGoods ? html`<${Goods} value=${where[goodsAt]?.goods} words=${words} products=${products} anything="anything" error=${error} at=${`${at}/where/${goodsAt}/goods`} onChange=${setGoods} />` : null}
    <span class="sb-keep"><${Pick} label="How often" value=${measure === "count" ? count.op : measure} options=${ways} onChange=${changeWay} />
    ${measure === "count" ? html`<${Num} label="Times" value=${count.value} error=${error(`${at}/count/value`)} onChange=${(value) => set({ count: { ...count, value } })} /> ${count.value === 1 ? "time" : "times"}` : null}
    ${measure === "sum" ? html`<${Compare} label="Sum" step=${0.01} value=${node.sum} error=${error} at=${`${at}/sum`} onChange=${(sum) => set({ sum: { ...node.sum, ...sum } })} /> of <${Pick} label="Property to add up" value=${node.sum.field} options=${properties(event)} onChange=${(field) => set({ sum: { ...node.sum, field } })} />` : null}</span>
    ${measure === "first" || measure === "last" ? html`<${SinceFields} which=${measure} value=${node[measure]} error=${error(`${at}/${measure}`)} onChange=${(value) => set({ [measure]: value })} />` : html`<${When} value=${node.window} error=${error} at=${`${at}/window`} onChange=${(window) => set({ window })} />`}
    ${where.map((each, index) => (index === goodsAt ? null : html`<${WhereFields} where=${each} event=${event} words=${words} error=${error} at=${`${at}/where/${index}`} onChange=${(change) => setWhere(index, change)} />`))}
    <${More} title="Detail" onClick=${() => setWhere(-1, { field: "channel", op: "is", value: "web" })} />`;
}

const properties = (event) => (event?.properties ?? []).map((name) => [name, name.endsWith("_minor") ? `${name.slice(0, -6).replaceAll("_", " ")} (in cents)` : name.replaceAll("_", " ")]);
const upper = (text) => text[0].toUpperCase() + text.slice(1);

function SinceFields({ which, value, error, onChange }) {
  const op = Object.keys(value)[0].startsWith("older") ? "older" : "within";
  const amount = Object.values(value)[0];
  return html`<${Pick} label=${`The ${which} one was`} value=${op} options=${[["within", "in the last"], ["older", "longer ago than"]]} onChange=${(name) => onChange({ [`${name}_days`]: amount })} />
    <${Span} label=${`The ${which} one`} value=${value} prefix=${`${op}_`} error=${error} onChange=${onChange} />`;
}

function WhereFields({ where, event, words, error, at, onChange }) {
  const fields = [["channel", "channel"], ["store", "store"], ["campaign", "campaign"], ...properties(event)];
  const lists = { channel: words.channels.map((each) => [each.name, each.label]), store: words.stores.map((each) => [each.id, each.name]) };
  const number = typeof where.value === "number";
  const ops = lists[where.field] ? [["is", "is"], ["is_not", "is not"]] : [...TEXT_OPS, ...NUMBER_OPS.slice(0, 4)];
  const choose = (field) => onChange({ field, op: "is", value: lists[field]?.[0]?.[0] ?? "" });
  const compare = (op) => onChange({ field: where.field, op, ...(op === "exists" || op === "missing" ? {} : { value: [">=", "<=", ">", "<"].includes(op) ? (number ? where.value : 0) : String(where.value ?? "") }) });
  return html`<span class="sb-where">where <${Pick} label="Property" value=${where.field} options=${fields} error=${error(`${at}/field`)} onChange=${choose} />
    <${Pick} label="Property: how to compare" value=${where.op} options=${ops} onChange=${compare} />
    ${where.op === "exists" || where.op === "missing" ? null
      : lists[where.field] ? html`<${Pick} label="Property: value" value=${where.value} options=${lists[where.field]} error=${error(`${at}/value`)} onChange=${(value) => onChange({ ...where, value })} />`
      : html`<${Text} label="Property: value" type=${number ? "number" : "text"} value=${where.value} error=${error(`${at}/value`)} onChange=${(value) => onChange({ ...where, value: number ? Number(value) : value })} />`}
    <${Drop} what="detail" onDrop=${() => onChange(null)} /></span>`;
}

function OrderView({ node, words, products, error, at, set }) {
  const measure = node.spend ? "spend" : node.pieces ? "pieces" : node.first ? "first" : node.last ? "last" : node.count ? "count" : "any";
  const change = (name) => set({
    count: name === "count" ? { op: ">=", value: 2 } : undefined, pieces: name === "pieces" ? { op: ">=", value: 2 } : undefined,
    spend: name === "spend" ? { op: ">=", value: 10000 } : undefined, currency: name === "spend" ? words.currency : undefined,
    first: name === "first" ? { within_days: 30 } : undefined, last: name === "last" ? { older_days: 90 } : undefined,
    window: name === "first" || name === "last" ? undefined : node.window,
  });
  const goods = html`<${Goods} value=${node.goods} words=${words} products=${products} anything="anything" error=${error} at=${`${at}/goods`} onChange=${(value) => set({ goods: value })} />`;
  return html`<${Yes} label="Bought or not" value=${node.did} yes=${measure === "spend" ? "Spent" : "Bought"} no=${measure === "spend" ? "Did not spend" : "Did not buy"} onChange=${(did) => set({ did })} />
    ${measure === "spend" ? html`<${Compare} label="Money spent" value=${node.spend} scale=${100} step=${0.01} unit=${`${node.currency} on`} error=${error} at=${`${at}/spend`} onChange=${(spend) => set({ spend })} />` : null}
    ${goods}
    <${Pick} label="How to count" value=${measure} options=${[["any", node.did === false ? "at all" : "at least once"], ["count", "in so many orders"], ["pieces", "so many pieces"], ["spend", "for so much money"], ["first", "first"], ["last", "last"]]} onChange=${change} />
    ${measure === "count" || measure === "pieces" ? html`<${Compare} label=${measure === "count" ? "Orders" : "Pieces"} times value=${node[measure]} unit=${measure === "count" ? "orders" : "pieces"} error=${error} at=${`${at}/${measure}`} onChange=${(value) => set({ [measure]: value })} />` : null}
    ${measure === "first" || measure === "last" ? html`<${SinceFields} which=${measure} value=${node[measure]} error=${error(`${at}/${measure}`)} onChange=${(value) => set({ [measure]: value })} />` : html`<${When} value=${node.window} error=${error} at=${`${at}/window`} onChange=${(window) => set({ window })} />`}`;
}

function ProfileView({ node, words, error, at, set }) {
  const field = words.profile_fields.find((each) => each.name === node.field) ?? { type: "text" };
  const blank = { value: undefined, days: undefined, hours: undefined, minutes: undefined };
  const choose = (name) => {
    const type = words.profile_fields.find((each) => each.name === name).type;
    set({ ...blank, field: name, ...(type === "moment" ? { op: "within", days: 30 } : type === "tags" ? { op: "has", value: "" } : { op: "is", value: "" }) });
  };
  const compare = (op) => set({ ...blank, op, ...(op === "within" || op === "older" ? { days: node.days ?? 30 } : op === "exists" || op === "missing" ? {} : { value: field.type === "moment" ? new Date().toISOString().slice(0, 10) : (node.value ?? "") }) });
  const ops = field.type === "moment" ? MOMENT_OPS : field.type === "tags" ? [["has", "include"], ["has_not", "do not include"]] : TEXT_OPS;
  return html`<${Pick} label="Field of the profile" value=${node.field} options=${words.profile_fields.map((each) => [each.name, upper(each.label)])} onChange=${choose} />
    <${Pick} label="How to compare" value=${Array.isArray(node.value) ? "one_of" : node.op} options=${Array.isArray(node.value) ? [...ops, ["one_of", "is one of"]] : ops} onChange=${compare} />
    ${node.op === "within" || node.op === "older" ? html`<${Span} label="How long" value=${node} prefix="" error=${error(at) ?? error(`${at}/days`)} onChange=${(span) => set({ days: undefined, hours: undefined, minutes: undefined, ...span })} />`
      : node.op === "exists" || node.op === "missing" ? null
      : html`<${Text} label="Value" type=${field.type === "moment" ? "date" : "text"} placeholder="Type a value" value=${Array.isArray(node.value) ? node.value.join(", ") : node.value} error=${error(`${at}/value`)}
          onChange=${(value) => set({ value: Array.isArray(node.value) ? value.split(",").map((each) => each.trim()) : value })} />`}`;
}

function LabelView({ node, words, error, at, set }) {
  const keys = words.labels.find((each) => each.kind === node.label)?.keys ?? [];
  return html`<${Yes} label="Mark" value=${node.has} yes="Carries" no="Does not carry" onChange=${(has) => set({ has })} /> the mark
    <${Pick} label="Which mark" value=${node.label} options=${words.labels.map((each) => [each.kind, each.kind.replaceAll("_", " ")])} error=${error(`${at}/label`)} onChange=${(label) => set({ label, key: undefined })} />
    <${Pick} label="Which value of the mark" value=${node.key ?? ""} options=${[["", "of any kind"], ...keys.map((key) => [key, key.replaceAll("_", " ")])]} onChange=${(key) => set({ key: key || undefined })} />
    <${Pick} label="Its number" value=${node.amount ? "amount" : ""} options=${[["", "whatever its number"], ["amount", "with a number of"]]} onChange=${(name) => set({ amount: name ? { op: ">=", value: 100 } : undefined })} />
    ${node.amount ? html`<${Compare} label="Its number" value=${node.amount} step=${0.01} error=${error} at=${`${at}/amount`} onChange=${(amount) => set({ amount })} />` : null}`;
}
