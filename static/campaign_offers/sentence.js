// The parts of the sentence: what it gives, on which goods, when, to whom, and beside what else.
import { html } from "../parts/ui.js";
import { Icon } from "../parts/icons.js";
import { Check, Choice, Find, Money, Moment, NumberBox, Pick, Segmented, Text, Wrong } from "./controls.js";

const KINDS = [
  ["percent", "a percentage off"],
  ["amount", "an amount off"],
  ["fixed_price", "a fixed price"],
  ["buy_get", "some pieces free or cheaper"],
  ["tiers", "more off the more is spent"],
  ["free_shipping", "free shipping"],
  ["gift", "a gift"],
];
const FRESH = {
  percent: { percent: "10" },
  amount: { amount: {} },
  fixed_price: { price: {} },
  buy_get: { buy: 2, get: 1, percent: "100" },
  tiers: { steps: [{ from: {}, percent: "10" }] },
  free_shipping: {},
  gift: { variants: [], quantity: 1 },
};
const CHANNELS = [["web", "the website"], ["mobile", "the app"], ["tablet", "a store tablet"], ["pos", "a till"], ["social", "social media"], ["phone", "the phone"]];

const without = (list, value) => (list ?? []).filter((each) => each !== value);
const withOne = (list, value) => [...without(list, value), value];

export function Part({ title, wrong, children }) {
  return html`<section class="oe-part"><h2>${title}</h2><div class="oe-stack">${children}<${Wrong}>${wrong}<//></div></section>`;
}

export function BenefitPart({ benefit, set, ctx }) {
  const kind = benefit.kind ?? "percent";
  const put = (changes) => set({ ...benefit, ...changes });
  return html`<${Part} title="It gives" wrong=${ctx.problem("/benefit")}>
    <div class="oe-words"><${Choice} label="What it gives" value=${kind} options=${KINDS} onChange=${(next) => set({ kind: next, ...FRESH[next] })} />${BENEFITS[kind]({ benefit, put, ctx })}</div><//>`;
}

const percentBox = (value, put, label = "Per cent") => html`<${Text} cls="short" label=${label} value=${value} onChange=${(next) => put(next.replace(",", ".").replace("%", "").trim())} /><span>%</span>`;

const BENEFITS = {
  percent: ({ benefit, put }) => html`${percentBox(benefit.percent, (percent) => put({ percent }))}<span>off</span>
    <${Choice} label="Of which pieces" value=${benefit.max_units ? "some" : "all"} options=${[["all", "every piece"], ["some", "the dearest"]]} onChange=${(value) => put({ max_units: value === "some" ? 1 : null })} />
    ${benefit.max_units ? html`<${NumberBox} label="Pieces" value=${benefit.max_units} onChange=${(max_units) => put({ max_units })} /><span>pieces</span>` : null}`,
  amount: ({ benefit, put, ctx }) => html`<${Money} label="Amount off" currency=${ctx.currency} value=${benefit.amount} onChange=${(amount) => put({ amount })} /><span>off, once an order</span>`,
  fixed_price: ({ benefit, put, ctx }) => html`<${Money} label="Price of a piece" currency=${ctx.currency} value=${benefit.price} onChange=${(price) => put({ price })} /><span>a piece</span>`,
  buy_get: ({ benefit, put, ctx }) => html`<span>of</span><${NumberBox} label="Bought" value=${benefit.buy} onChange=${(buy) => put({ buy })} /><span>bought, the next</span>
    <${NumberBox} label="Cheaper" value=${benefit.get} onChange=${(get) => put({ get })} /><span>at</span>${percentBox(benefit.percent, (percent) => put({ percent }))}<span>off, the cheapest first</span>
    <${Check} label="the cheaper ones are other goods" value=${Boolean(benefit.get_scope)} onChange=${(on) => put({ get_scope: on ? { products: [] } : null })} />
    ${benefit.get_scope ? html`<${Goods} scope=${benefit.get_scope} set=${(get_scope) => put({ get_scope })} ctx=${ctx} word="Add what is cheaper" />` : null}`,
  tiers: ({ benefit, put, ctx }) => html`<div class="oe-stack">${benefit.steps.map((step, place) => {
    const change = (next) => put({ steps: benefit.steps.map((each, at) => (at === place ? next : each)) });
    return html`<div class="oe-words"><span>from</span><${Money} label="From" currency=${ctx.currency} value=${step.from} onChange=${(from) => change({ ...step, from })} />
      <${Choice} label="Takes" value=${step.amount ? "amount" : "percent"} options=${[["percent", "per cent"], ["amount", "an amount"]]} onChange=${(value) => change(value === "amount" ? { from: step.from, amount: {} } : { from: step.from, percent: "10" })} />
      ${step.amount ? html`<${Money} label="Off" currency=${ctx.currency} value=${step.amount} onChange=${(amount) => change({ ...step, amount })} />` : percentBox(step.percent, (percent) => change({ ...step, percent }))}<span>off</span>
      ${benefit.steps.length > 1 ? html`<button type="button" class="oe-x" aria-label="Without this step" onClick=${() => put({ steps: benefit.steps.filter((_, at) => at !== place) })}><${Icon} name="x" /></button>` : null}</div>`;
  })}<button type="button" class="oe-more" onClick=${() => put({ steps: [...benefit.steps, { from: {}, percent: "20" }] })}><${Icon} name="plus" />Step</button></div>`,
  free_shipping: ({ benefit, put, ctx }) => html`<${Check} label="only so much of it" value=${Boolean(benefit.most)} onChange=${(on) => put({ most: on ? { [ctx.currency]: 500 } : null })} />
    ${benefit.most ? html`<${Money} label="At most" currency=${ctx.currency} value=${benefit.most} onChange=${(most) => put({ most })} />` : null}`,
  gift: ({ benefit, put, ctx }) => html`<${NumberBox} label="Pieces" value=${benefit.quantity} onChange=${(quantity) => put({ quantity: quantity ?? 1 })} /><span>of</span>
    ${benefit.variants.map((id) => html`<${Pick} name=${ctx.name(id, "a gift")} onRemove=${() => put({ variants: without(benefit.variants, id) })} />`)}
    <${Find} placeholder="Find the gift" find=${ctx.findVariants} onPick=${(row) => { ctx.learn(row); put({ variants: withOne(benefit.variants, row.value) }); }} />`,
};

function Goods({ scope, set, ctx, word = "Add a category or product" }) {
  const find = async (text) => [
    ...ctx.choices.categories.filter((each) => `${each.name} ${each.value}`.toLowerCase().includes(text.toLowerCase())).slice(0, 5).map((each) => ({ ...each, note: "category", kind: "categories" })),
    ...(await ctx.findProducts(text)).map((each) => ({ ...each, kind: "products" })),
  ];
  const list = (field) => (scope[field] ?? []).map((id) => html`<${Pick} name=${ctx.name(id, "a product")} onRemove=${() => set({ ...scope, [field]: without(scope[field], id) })} />`);
  return html`<div class="oe-words">${list("categories")}${list("products")}${list("variants")}
    <${Find} placeholder=${word} find=${find} onPick=${(row) => { ctx.learn(row); set({ ...scope, [row.kind]: withOne(scope[row.kind], row.value) }); }} /></div>`;
}

export function GoodsPart({ scope, set, ctx }) {
  const chosen = Boolean(scope.categories || scope.products || scope.variants);
  const left = Boolean(scope.not_categories || scope.not_products);
  const keep = ({ full_price_only, not_categories, not_products }) => Object.fromEntries(Object.entries({ full_price_only, not_categories, not_products }).filter(([, value]) => value));
  const not = { categories: scope.not_categories ?? [], products: scope.not_products ?? [] };
  return html`<${Part} title="On" wrong=${ctx.problem("/scope")}>
    <div class="oe-words"><${Segmented} label="On which goods" value=${chosen ? "some" : "all"} options=${[["all", "Everything"], ["some", "Chosen goods"]]} onChange=${(value) => set(value === "all" ? keep(scope) : { ...keep(scope), categories: [], products: [] })} />
      <${Check} label="not on what is on sale" value=${Boolean(scope.full_price_only)} onChange=${(full_price_only) => set({ ...scope, full_price_only })} />
      <${Check} label="except …" value=${left} onChange=${(on) => { const { not_categories, not_products, ...rest } = scope; set(on ? { ...rest, not_categories: [], not_products: [] } : rest); }} /></div>
    ${chosen ? html`<${Goods} scope=${scope} set=${set} ctx=${ctx} />` : null}
    ${left ? html`<div class="oe-words"><span>except</span><${Goods} scope=${not} word="Leave out" ctx=${ctx} set=${(next) => set({ ...scope, not_categories: next.categories, not_products: next.products })} /></div>` : null}<//>`;
}

const CONDITIONS = [
  ["min_spend", "at least so much is spent on it", {}],
  ["min_quantity", "at least so many pieces", 2],
  ["first_order", "it is a first order", true],
  ["segments", "the customer is in a segment", []],
  ["tiers", "the customer is a member of a tier", []],
  ["channels", "the cart was begun on", []],
  ["stores", "it is bought in a store", []],
];

export function WhenPart({ condition, set, ctx }) {
  const put = (field, value) => set({ ...condition, [field]: value });
  const drop = (field) => set(Object.fromEntries(Object.entries(condition).filter(([name]) => name !== field)));
  const many = (field, options, word) => html`<span>${word}</span>${(condition[field] ?? []).map((value) => html`<${Pick} name=${options.find(([key]) => key === value)?.[1] ?? ctx.name(field === "segments" ? `segment:${value}` : value, value)} onRemove=${() => put(field, without(condition[field], value))} />`)}
    <${Choice} key=${`add-${(condition[field] ?? []).length}`} label=${`Add: ${word}`} value="" options=${[["", options.length ? "add …" : "none yet"], ...options.filter(([key]) => !(condition[field] ?? []).includes(key))]} onChange=${(value) => value && put(field, withOne(condition[field], value))} />`;
  const rows = {
    min_spend: () => html`<span>at least</span><${Money} label="Least spend" currency=${ctx.currency} value=${condition.min_spend} onChange=${(value) => put("min_spend", value)} /><span>is spent on it</span>`,
    min_quantity: () => html`<span>at least</span><${NumberBox} label="Least pieces" value=${condition.min_quantity} onChange=${(value) => put("min_quantity", value ?? 1)} /><span>pieces of it are in the cart</span>`,
    first_order: () => html`<span>it is a first order</span>`,
    segments: () => many("segments", ctx.choices.segments.map((each) => [each.value, each.name]), "the customer is in"),
    tiers: () => many("tiers", ctx.choices.tiers.map((each) => [each.value, each.name]), "the customer is a member of"),
    channels: () => many("channels", CHANNELS, "the cart was begun on"),
    stores: () => many("stores", ctx.choices.stores.map((each) => [each.value, each.name]), "it is bought in"),
  };
  const open = CONDITIONS.filter(([field]) => !(field in condition));
  return html`<${Part} title="When" wrong=${ctx.problem("/condition")}>
    ${CONDITIONS.filter(([field]) => field in condition).map(([field, name]) => html`<div class="oe-words">${rows[field]()}<button type="button" class="oe-x" aria-label=${`Without: ${name}`} onClick=${() => drop(field)}><${Icon} name="x" /></button></div>`)}
    ${Object.keys(condition).length ? null : html`<div class="oe-words">whatever is in the cart, whoever buys</div>`}
    ${open.length ? html`<div key=${`open-${open.length}`}><${Choice} label="Add a condition" value="" options=${[["", "+ Condition"], ...open.map(([field, name]) => [field, name])]} onChange=${(field) => field && put(field, structuredClone(CONDITIONS.find(([each]) => each === field)[2]))} /></div>` : null}<//>`;
}

export function RunsPart({ draft, set, ctx }) {
  return html`<${Part} title="Runs" wrong=${ctx.problem("/starts_at") || ctx.problem("/ends_at")}>
    <div class="oe-words"><${Segmented} label="Who gets it" value=${draft.by_code ? "code" : "all"} options=${[["all", "For everybody"], ["code", "With a code"]]} onChange=${(value) => set({ by_code: value === "code" })} />
      <span>from</span><${Moment} label="From" value=${draft.starts_at} onChange=${(starts_at) => set({ starts_at })} /><span>until</span><${Moment} label="Until" value=${draft.ends_at} wrong=${ctx.problem("/ends_at")} onChange=${(ends_at) => set({ ends_at })} /></div>
    <div class="oe-words"><span>Beside others</span><${Choice} label="Beside other offers" value=${draft.group ? "group" : "adds"} options=${[["group", "only the better one counts"], ["adds", "it adds to them"]]} onChange=${(value) => set({ group: value === "group" ? (ctx.choices.groups[0] ?? "promotions") : "" })} />
      ${draft.group ? html`<span>of</span><${Text} cls="" label="Group" value=${draft.group} onChange=${(group) => set({ group })} />` : null}</div>
    <div class="oe-words"><span>It goes</span><${Choice} label="Order" value=${String(draft.priority ?? 50)} options=${[["90", "before others"], ["50", "as usual"], ["10", "after others"]].concat(["10", "50", "90"].includes(String(draft.priority ?? 50)) ? [] : [[String(draft.priority), `at ${draft.priority}`]])} onChange=${(value) => set({ priority: Number(value) })} /><span class="oe-soft">as usual: what takes the larger share of its goods goes first</span></div><//>`;
}

export function LimitsPart({ limits, used, set, ctx }) {
  return html`<${Part} title="At most" wrong=${ctx.limitProblem}>
    <div class="oe-words"><${Money} label="Budget" currency=${ctx.currency} value=${limits.budget} onChange=${(budget) => set({ budget })} /><span>given away,</span>
      <${NumberBox} label="Orders" value=${limits.max_uses} onChange=${(max_uses) => set({ max_uses })} /><span>orders,</span>
      <${NumberBox} label="Orders of one person" value=${limits.per_customer} onChange=${(per_customer) => set({ per_customer })} /><span>of one person</span><span class="oe-soft">empty is no limit; counts at once</span></div>
    ${used?.times ? html`<div class="oe-words"><a class="oe-link" href=${used.url}>${`${used.given || "Nothing"} off ${used.times.toLocaleString("en")} ${used.times === 1 ? "order" : "orders"} so far`}</a></div>` : null}<//>`;
}
