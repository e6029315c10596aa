// The rule as the builder holds it: the API's own JSON, changed by path and never in place.

export const GROUPS = {
  all: { label: "All of", says: "these must be true" },
  any: { label: "Any of", says: "one of these is enough" },
  none: { label: "None of", says: "these may be true" },
};

/** all, any or none; null for a condition. */
export function groupOf(node) {
  if (node.all) return "all";
  if (node.any) return "any";
  return node.not?.any ? "none" : null;
}

export const childrenOf = (node) => node.all ?? node.any ?? node.not?.any ?? [];

export const makeGroup = (kind, children) =>
  kind === "none" ? { not: { any: children } } : { [kind]: children };

/** The JSON pointer of a group's child. */
export function childPointer(node, pointer, index) {
  const kind = groupOf(node);
  return kind === "none" ? `${pointer}/not/any/${index}` : `${pointer}/${kind}/${index}`;
}

/** The node at a path of child indexes, replaced by what `change` makes of it; null takes it out. */
export function changeAt(node, path, change) {
  if (!path.length) return change(node);
  const [first, ...rest] = path;
  const children = childrenOf(node).flatMap((child, index) => {
    if (index !== first) return [child];
    const changed = changeAt(child, rest, change);
    return changed === null ? [] : [changed];
  });
  return makeGroup(groupOf(node), children);
}

export function countConditions(node) {
  return groupOf(node) ? childrenOf(node).reduce((sum, child) => sum + countConditions(child), 0) : 1;
}

/** A rule from elsewhere as the builder shows it: a group at the root, `not` of one thing as None of. */
export function arranged(node) {
  if (node.not && !node.not.any) return makeGroup("none", [arranged(node.not)]);
  const kind = groupOf(node);
  return kind ? makeGroup(kind, childrenOf(node).map(arranged)) : node;
}

export const rooted = (node) => (groupOf(node) ? node : makeGroup("all", [node]));

const firstOf = (list, field) => list?.[0]?.[field];

/** What a new condition begins as, by the name in the menu. */
export function newCondition(name, words) {
  const goods = { categories: [firstOf(words.categories, "path")].filter(Boolean) };
  const week = { last_days: 7 };
  const made = {
    looked: { kind: "event", name: "Product Viewed", count: { op: ">=", value: 1 }, window: week, where: [{ field: "category", op: "is", goods }] },
    event: { kind: "event", name: firstOf(words.events, "name") ?? "page", count: { op: ">=", value: 1 }, window: week },
    bought: { kind: "order", did: true, goods, window: { last_days: 60 } },
    notBought: { kind: "order", did: false, goods, window: { last_days: 60 } },
    orders: { kind: "order", count: { op: ">=", value: 2 } },
    spent: { kind: "order", spend: { op: ">=", value: 10000 }, currency: words.currency, window: { last_days: 365 } },
    lastOrder: { kind: "order", last: { older_days: 90 } },
    score: { kind: "rfm", part: "recency", op: ">=", value: 4, currency: words.currency },
    cart: { kind: "cart", has: true },
    rested: { kind: "cart", has: true, resting: { hours: 2 } },
    wish: { kind: "wish", has: true, goods },
    points: { kind: "points", unit: "points", amount: { op: ">=", value: 1 } },
    referral: { kind: "referral", role: "member", has: true },
    profile: { kind: "profile", field: "city", op: "is", value: "" },
    consent: { kind: "consent", channel: "email", purpose: "marketing", state: "granted" },
    identity: { kind: "identity", identity: "email", has: true },
    store: { kind: "store", store: firstOf(words.stores, "id") ?? "", how: "lives", has: true },
    label: { kind: "label", label: firstOf(words.labels, "kind") ?? "tier", has: true },
    segment: { kind: "segment", segment: firstOf(words.segments, "key") ?? "", has: true },
  };
  return made[name];
}

/** The menu of conditions, in the words of somebody who never built one. */
export const MENU = [
  {
    title: "What they did",
    items: [
      ["looked", "eye", "Looked at products", "viewed jackets twice this week"],
      ["event", "bolt", "Did something else", "any page, click, message or visit"],
      ["wish", "heart", "Wishes for something", "it is on a wish list"],
    ],
  },
  {
    title: "What they bought",
    items: [
      ["bought", "bag", "Bought", "a product or anything of a category"],
      ["notBought", "bag", "Did not buy", "not in the last so many days"],
      ["orders", "receipt", "Number of orders", "two or more"],
      ["spent", "cash", "Money spent", "in the last year"],
      ["lastOrder", "clock", "First or last order", "longer ago than 90 days"],
      ["score", "tag", "Recency, frequency, spending", "a score from 1 to 5"],
    ],
  },
  {
    title: "Cart and loyalty",
    items: [
      ["cart", "box", "Has a cart", "with something, or something certain, in it"],
      ["rested", "clock", "Left a cart alone", "for two hours"],
      ["points", "gift", "Points or store credit", "owns points"],
      ["referral", "share", "Friends", "brought one, or came by one"],
    ],
  },
  {
    title: "Who they are",
    items: [
      ["profile", "user", "Profile", "city, tags, customer since"],
      ["consent", "check", "Consent", "may be written to"],
      ["identity", "link", "Known by", "email, app, social handle"],
      ["store", "store", "Near a store", "lives near it, or bought there"],
      ["label", "tag", "Mark", "tier, lifetime value"],
      ["segment", "filter", "Other segment", "is in it, or is not"],
    ],
  },
];

/** Rules to begin with, one press away. */
export const EXAMPLES = [
  {
    icon: "eye", title: "Interested, not bought yet", hint: "Looked at products twice in 7 days and did not buy in 7 days",
    tree: { all: [{ kind: "event", name: "Product Viewed", count: { op: ">=", value: 2 }, window: { last_days: 7 } }, { kind: "order", did: false, window: { last_days: 7 } }] },
  },
  {
    icon: "clock", title: "Left a cart behind", hint: "Something has been in the cart untouched for two hours",
    tree: { all: [{ kind: "cart", has: true, resting: { hours: 2 } }] },
  },
  {
    icon: "return", title: "Good customers gone quiet", hint: "Ordered twice or more, the last time over 90 days ago",
    tree: { all: [{ kind: "order", count: { op: ">=", value: 2 } }, { kind: "order", last: { older_days: 90 } }] },
  },
];
