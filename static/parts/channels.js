// Where something came from: a small mark beside a word.
import { Icon } from "./icons.js";
import { cls, html } from "./ui.js";
import { when } from "./time.js";

const MARKS = {
  web: { icon: "web", tone: "web", name: "Website", on: "on the website" },
  mobile: { icon: "phone", tone: "phone", name: "Phone", on: "on the phone" },
  tablet: { icon: "tablet", tone: "store", name: "Tablet", on: "in the store" },
  pos: { icon: "till", tone: "store", name: "Till", on: "at the till" },
  social: { icon: "social", tone: "social", name: "Social", on: "on social media" },
  email: { icon: "mail", tone: "system", name: "Email", on: "by email" },
  stock: { icon: "store", tone: "store", name: "Stock", on: "in stock" },
  system: { icon: "sync", tone: "system", name: "System", on: "by itself" },
};

export const channelOf = (code) => MARKS[code] ?? { ...MARKS.system, name: code ?? "System" };

export function ChannelMark({ channel, children, class: extra }) {
  const mark = channelOf(channel);
  return html`<span class=${cls("ch", `ch-${mark.tone}`, extra)}><${Icon} name=${mark.icon} /><span class="clip">${children ?? mark.name}</span></span>`;
}

const firstName = (name) => (name ?? "").split(" ")[0];

/**
 * Who touched a line last, in the words of the one who reads.
 * viewer  {kind: "customer"} or {kind: "associate", id, customerName}
 */
export function who(trace, viewer) {
  if (!trace) return "";
  if (trace.associate_id) {
    if (viewer.kind === "associate" && viewer.id === trace.associate_id) return "You";
    return firstName(trace.by_name) || "The store";
  }
  if (viewer.kind === "customer") return trace.channel === "tablet" || trace.channel === "pos" ? "The store" : "You";
  return `${firstName(viewer.customerName) || "Customer"} ${channelOf(trace.channel).on}`;
}

export function ByLine({ trace, viewer, now }) {
  return html`<p class=${cls("by", "ch", `ch-${channelOf(trace?.channel).tone}`)}>
    <${Icon} name=${channelOf(trace?.channel).icon} /><span class="clip">${who(trace, viewer)}, ${when(trace?.at, now)}</span></p>`;
}
