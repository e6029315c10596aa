// Facts of the event log as sentences. The log says what; the words are the page's.
import { channelOf } from "../parts/channels.js";
import { formatMoney } from "../parts/money.js";

const first = (name) => (name ?? "").split(" ")[0];
const count = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
const versions = (data) => (data.version ? `, version ${data.version - 1} to ${data.version}` : "");
const units = (data) => (data.lines ?? []).reduce((sum, line) => sum + (line.quantity ?? 0), 0);

const SENTENCES = {
  "cart.opened": (d, who) => [`${who} opened a cart`],
  "cart.line_added": (d, who) => [`${who} added ${d.quantity - (d.quantity_before ?? 0) > 1 ? `${d.quantity - d.quantity_before} ×` : "a"} ${d.name}`, `to the cart${versions(d)}`],
  "cart.line_changed": (d, who) => [`${who} changed the ${d.name}`, `from ${d.quantity_before} to ${d.quantity}${versions(d)}`],
  "cart.line_removed": (d, who) => [`${who} took out the ${d.name}`, `${d.to === "wish_list" ? "to a wish list" : ""}${versions(d).replace(/^, /, "")}`],
  "cart.cleared": (d, who) => [`${who} emptied the cart`, `${count(d.lines, "line")}${versions(d)}`],
  "cart.details_changed": (d, who) => [`${who} chose how to get it`, versions(d).replace(/^, /, "")],
  "cart.code_added": (d, who) => [`${who} typed ${d.code}`, d.applied ? "and it counts" : "but it does not count now"],
  "cart.code_removed": (d, who) => [`${who} took off ${d.code}`],
  "cart.handoff_offered": (d, who) => [`${who} made a hand-off code`, "once, for two minutes"],
  "cart.handed_off": (d) => [`The cart went from ${channelOf(d.from_channel).name.toLowerCase()} to ${channelOf(d.to_channel).name.toLowerCase()}`],
  "cart.merged": (d, who) => [`${who}’s guest cart went into the account`],
  "cart.closed": (d, who) => [`The cart became an order`, d.total_minor ? formatMoney({ amount_minor: d.total_minor, currency: d.currency }) : ""],
  "cart.abandoned": () => ["The cart was left"],
  "cart.recovered": (d, who) => [`${who} came back to the cart`],
  "order.placed": (d, who) => [`${who} placed order ${d.number ?? ""}`, d.total_minor ? formatMoney({ amount_minor: d.total_minor, currency: d.currency ?? "USD" }) : ""],
  "order.confirmed": (d) => [`Order ${d.number ?? ""} is paid`],
  "order.cancelled": (d) => [`Order ${d.number ?? ""} was cancelled`],
  "payment.captured": (d) => ["Payment taken", d.amount_minor ? `${formatMoney({ amount_minor: d.amount_minor, currency: d.currency ?? "USD" })}${d.provider ? ` by ${d.provider}` : ""}` : ""],
  "payment.failed": () => ["The payment did not go through"],
  "stock.held": (d) => [`${count(units(d), "unit")} held`, "and off sale everywhere"],
  "stock.released": (d) => [`${count(units(d), "unit")} back on sale`, d.reason ?? ""],
  "stock.adjusted": (d) => [`Stock ${d.on_hand_delta > 0 ? "up" : "down"} by ${Math.abs(d.on_hand_delta)}`, `${d.on_hand} on hand`],
  "stock.low": (d) => ["Stock runs low", `${d.available} left to sell`],
  "stock.out": () => ["Sold out in this store"],
  "customer.created": (d) => [`${d.name ?? "A customer"} is new here`],
  "customer.looked_up": (d, who) => [`${who} looked up a customer`],
  "associate.signed_in": (d, who) => [`${who} opened the tablet`],
  "associate.signed_out": (d, who) => [`${who} locked the tablet`],
  "device.enrolled": (d) => [`${d.name ?? "A tablet"} was enrolled`],
  "fulfilment.accepted": () => ["The store accepted the pickup"],
  "fulfilment.picking": () => ["Picking began"],
  "fulfilment.ready": () => ["Ready to collect"],
  "fulfilment.collected": () => ["Handed over"],
  "fulfilment.shipped": () => ["On its way"],
};

const DOMAIN_CHANNEL = { stock: "stock", payment: "system" };

/** {id, at, channel, name, strong, rest}: one row of “What just happened”, from one item of GET /events. */
export function describe(event, people = {}) {
  const { data = {}, name } = event;
  const associate = event.associate_id ?? data.associate_id;
  const who = first(data.by_name) || first(people[associate]) || (associate ? "The store" : first(people[event.customer_id]) || "The customer");
  const make = SENTENCES[name];
  const [strong, rest = ""] = make ? make(data, who) : [event.sentence || name.replace(".", " ").replaceAll("_", " ")];
  return { id: event.id, at: event.occurred_at, channel: DOMAIN_CHANNEL[name.split(".")[0]] ?? event.channel, name, strong, rest };
}
