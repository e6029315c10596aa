"""A slow, plain reading of the rules: loops over lists, no SQL. What the compiled statement must equal.

It reads the rule's JSON itself and shares no code with `campaigns.segments.rules`.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

OPS = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "is": lambda a, b: a == b,
}


@dataclass
class Histories:
    """Everything as lists of dicts; ids are strings."""

    customers: list[dict[str, Any]] = field(default_factory=list)
    identities: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    carts: list[dict[str, Any]] = field(default_factory=list)
    wishes: list[dict[str, Any]] = field(default_factory=list)
    accounts: list[dict[str, Any]] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    addresses: list[dict[str, Any]] = field(default_factory=list)
    stores: list[dict[str, Any]] = field(default_factory=list)
    #: product id → category path
    products: dict[str, str] = field(default_factory=dict)
    #: variant id → product id
    variants: dict[str, str] = field(default_factory=dict)

    def members(self, tree: Any, at: datetime) -> set[str]:
        return {c["id"] for c in self.customers if not c["merged"] and self.holds(tree, c, at)}

    def holds(self, tree: Any, customer: dict[str, Any], at: datetime) -> bool:
        if "all" in tree:
            return all(self.holds(each, customer, at) for each in tree["all"])
        if "any" in tree:
            return any(self.holds(each, customer, at) for each in tree["any"])
        if "not" in tree:
            return not self.holds(tree["not"], customer, at)
        return bool(getattr(self, f"_{tree['kind']}")(tree, customer, at))

    def until(self, at: datetime) -> "Histories":
        """Without what is said to happen later."""
        return replace(
            self,
            events=[row for row in self.events if row["at"] <= at],
            orders=[row for row in self.orders if row["at"] <= at],
            consents=[row for row in self.consents if row["at"] <= at],
        )

    def of(self, rows: list[dict[str, Any]], customer: dict[str, Any]) -> list[dict[str, Any]]:
        return [row for row in rows if row["customer"] == customer["id"]]

    # what each kind means

    def _profile(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        name, op = rule["field"], rule["op"]
        if name in ("city", "region", "postal_code", "country"):
            places = [str(row[name]) for row in self.of(self.addresses, customer)]
            if op in ("is_not", "missing"):
                turned = {**rule, "op": "is" if op == "is_not" else "exists"}
                return not any(text_holds(place, turned) for place in places)
            return any(text_holds(place, rule) for place in places)
        value = customer[name]
        if name == "tags":
            return (rule["value"] in value) == (op == "has")
        if name == "created_at":
            if op in ("exists", "missing"):
                return (value is not None) == (op == "exists")
            if op in ("before", "after"):
                return (value < moment(rule["value"])) == (op == "before")
            return (value > at - span(rule)) == (op == "within")
        return text_holds(value, rule)

    def _consent(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        said = [
            row
            for row in self.of(self.consents, customer)
            if row["channel"] == rule["channel"] and row["purpose"] == rule["purpose"] and row["at"] <= at
        ]
        last = max(said, key=lambda row: (row["at"], row["id"]), default=None)
        return (last["state"] if last else "none") == rule["state"]

    def _identity(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        known = any(
            row["kind"] == rule["identity"] and (row["verified"] or not rule.get("verified"))
            for row in self.of(self.identities, customer)
        )
        return known == rule.get("has", True)

    def _event(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        own = {row["id"] for row in self.of(self.identities, customer)}
        counted = [
            row
            for row in self.events
            if row["identity"] in own
            and row["name"] == rule["name"]
            and row["kind"] != "echo"
            and inside(row["at"], rule.get("window"), at)
            and all(self._where(each, row) for each in rule.get("where", ()))
        ]
        if "sum" in rule:
            total = sum((number(row["data"].get(rule["sum"]["field"])) or 0 for row in counted), Decimal(0))
            true = OPS[rule["sum"]["op"]](total, Decimal(str(rule["sum"]["value"])))
        else:
            true = measured(rule, len(counted), [row["at"] for row in counted], at)
        return true == rule.get("did", True)

    def _where(self, rule: Any, event: dict[str, Any]) -> bool:
        if rule["field"] in ("category", "product"):
            data = event["data"]
            keys = ("om_product_id", "product_id", "om_variant_id", "variant_id")
            article = next((data[key] for key in keys if data.get(key) is not None), None)
            true = self._is_of(self.variants.get(str(article), article), rule["goods"])
            return true == (rule["op"] != "is_not")
        if rule["field"] == "channel":
            return text_holds(event["channel"], rule)
        return text_holds(event["data"].get(rule["field"]), rule)

    def _is_of(self, product: Any, goods: Any) -> bool:
        if product not in self.products:
            return False
        path = self.products[product]
        return product in goods.get("products", ()) or any(
            path == wanted or path.startswith(wanted + "/") for wanted in goods.get("categories", ())
        )

    def _order(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        goods = rule.get("goods")
        orders = [
            row
            for row in self.of(self.orders, customer)
            if row["status"] in ("confirmed", "completed")
            and inside(row["at"], rule.get("window"), at)
            and row["channel"] == rule.get("channel", row["channel"])
            and ("spend" not in rule or row["currency"] == rule["currency"])
        ]
        kept = [
            (order, line, line["quantity"] - line["cancelled"] - line["returned"])
            for order in orders
            for line in order["lines"]
            if goods is None or self._is_of(self.variants[line["variant"]], goods)
        ]
        kept = [row for row in kept if row[2] > 0]
        if goods is not None:
            orders = [order for order in orders if any(row[0] is order for row in kept)]
        if "pieces" in rule:
            true = OPS[rule["pieces"]["op"]](sum(row[2] for row in kept), rule["pieces"]["value"])
        elif "spend" in rule:
            if goods is not None:
                spent = sum(line["total"] * left // line["quantity"] for _, line, left in kept)
            else:
                spent = sum(order["left"] for order in orders)
            true = OPS[rule["spend"]["op"]](spent, rule["spend"]["value"])
        else:
            true = measured(rule, len(orders), [order["at"] for order in orders], at)
        return true == rule.get("did", True)

    def _cart(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        found = False
        for cart in self.of(self.carts, customer):
            found = found or (
                bool(cart["variants"])
                and (
                    "goods" not in rule
                    or any(self._is_of(self.variants[each], rule["goods"]) for each in cart["variants"])
                )
                and (
                    "worth" not in rule
                    or (
                        cart["currency"] == rule["currency"]
                        and OPS[rule["worth"]["op"]](cart["total"], rule["worth"]["value"])
                    )
                )
                and ("resting" not in rule or cart["at"] <= at - span(rule["resting"]))
            )
        return found == rule.get("has", True)

    def _wish(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        wished = [row["variant"] for row in self.of(self.wishes, customer)]
        if "goods" in rule:
            wished = [each for each in wished if self._is_of(self.variants[each], rule["goods"])]
        return bool(wished) == rule.get("has", True)

    def _points(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        unit = f"credit:{rule['currency']}" if rule["unit"] == "credit" else "points"
        column = "pending" if rule["unit"] == "pending" else "balance"
        held = sum(row[column] for row in self.of(self.accounts, customer) if row["unit"] == unit)
        return OPS[rule["amount"]["op"]](held, rule["amount"]["value"])

    def _label(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        carried = any(
            row["kind"] == rule["label"]
            and row["key"] == (rule.get("key") or row["key"])
            and row["open"]
            and (
                "amount" not in rule
                or (
                    number(row["value"]) is not None
                    and OPS[rule["amount"]["op"]](number(row["value"]), Decimal(str(rule["amount"]["value"])))
                )
            )
            for row in self.of(self.labels, customer)
        )
        return carried == rule.get("has", True)

    def _segment(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        return self._label({"label": "segment", "key": rule["segment"], "has": rule.get("has", True)}, customer, at)

    def _store(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        if rule["how"] == "bought":
            near = any(
                row["store"] == rule["store"] and row["status"] in ("confirmed", "completed") and row["at"] <= at
                for row in self.of(self.orders, customer)
            )
        else:
            store = next(row for row in self.stores if row["id"] == rule["store"])
            near = any(
                row["country"] == store["country"]
                and (
                    (row["city"].lower() == store["city"].lower() and row["region"] == store["region"])
                    or row["postal_code"][:3] == store["postal_code"][:3]
                )
                for row in self.of(self.addresses, customer)
            )
        return near == rule.get("has", True)

    def _rfm(self, rule: Any, customer: dict[str, Any], at: datetime) -> bool:
        orders = [
            row
            for row in self.of(self.orders, customer)
            if row["status"] in ("confirmed", "completed") and row["at"] <= at
        ]
        year = [row for row in orders if row["at"] > at - timedelta(days=365)]
        score = 1
        if rule["part"] == "recency":
            last = max((row["at"] for row in orders), default=None)
            for days, points in ((365, 2), (180, 3), (90, 4), (30, 5)):
                if last is not None and last > at - timedelta(days=days):
                    score = points
        elif rule["part"] == "frequency":
            for count, points in ((2, 2), (3, 3), (5, 4), (10, 5)):
                score = points if len(year) >= count else score
        else:
            spent = sum(row["left"] for row in year if row["currency"] == rule["currency"])
            for minor, points in ((5_000, 2), (20_000, 3), (50_000, 4), (100_000, 5)):
                score = points if spent >= minor else score
        return OPS[rule["op"]](score, rule["value"])


def text_holds(value: Any, rule: Any) -> bool:
    op, wanted = rule["op"], rule.get("value")
    text = None if value is None else value if isinstance(value, str) else plain(value)
    if op == "exists":
        return bool(text)
    if op == "missing":
        return not text
    if isinstance(wanted, bool):
        wanted = "true" if wanted else "false"
    if isinstance(wanted, int | float):
        known, asked = number(value), Decimal(str(wanted))
        if op == "is_not":
            return known != asked
        return known is not None and OPS[op](known, asked)
    if op == "is_not":
        return text != wanted
    if text is None:
        return False
    if op == "one_of":
        return text in wanted
    if op == "contains":
        return wanted.lower() in text.lower()
    return text == wanted


def plain(value: Any) -> str:
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def number(value: Any) -> Decimal | None:
    """What reads as a plain decimal number."""
    if value is None or isinstance(value, bool):
        return None
    text = str(value)
    whole, _, rest = text.removeprefix("-").partition(".")
    digits = whole.isdigit() and whole.isascii() and len(whole) <= 15
    if not digits or ("." in text and not (rest.isdigit() and len(rest) <= 6)):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def measured(rule: Any, count: int, moments: list[datetime], at: datetime) -> bool:
    for which, pick in (("first", min), ("last", max)):
        if which in rule:
            if not moments:
                return False
            op = next(iter(rule[which])).split("_")[0]
            length = span({name.split("_")[1]: value for name, value in rule[which].items()})
            return (pick(moments) > at - length) == (op == "within")
    wanted = rule.get("count", {"op": ">=", "value": 1})
    return OPS[wanted["op"]](count, wanted["value"])


def inside(when: datetime, window: Any, at: datetime) -> bool:
    if when > at:
        return False
    if window is None:
        return True
    if "from" in window or "to" in window:
        return not ("from" in window and when < moment(window["from"])) and not (
            "to" in window and when >= moment(window["to"])
        )
    return when > at - span({name.removeprefix("last_"): value for name, value in window.items()})


def span(rule: Any) -> timedelta:
    return timedelta(**{unit: rule[unit] for unit in ("days", "hours", "minutes") if unit in rule})


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
