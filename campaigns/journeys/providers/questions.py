"""Steps that ask: is somebody in a segment, does a rule hold, did something happen, what of their cart or order."""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.journeys.ports import Field, Finding, Outcome, Visit, Way
from campaigns.journeys.providers.flow import segment_findings
from campaigns.journeys.providers.settings import number, text
from campaigns.journeys.queries.asking import explain_tree, tree_fault, tree_matches
from campaigns.journeys.queries.goods import find_order, is_first_order, list_cart_items
from campaigns.journeys.queries.people import event_holds, find_event_since
from campaigns.journeys.queries.vocabulary import find_segment_name, say_conditions
from omnichannel.events.sentences import default_sentence
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.ids import uuid7_floor

Settings = Mapping[str, Any]


class Condition:
    title, group, icon = "Condition", "Steer", "alt_route"
    fields: Sequence[Field] = (
        Field(
            name="on", label="Ask whether", kind="choice", required=True, default="segment",
            choices=(
                ("segment", "they are in a segment"),
                ("rule", "a rule of their own holds"),
                ("happened", "something happened meanwhile"),
                ("cart", "something lies in their cart"),
                ("order", "the order they came by is …"),
            ),
        ),
        Field(name="segment", label="Segment", kind="segment", required=True, shown_if=("on", "segment")),
        Field(name="tree", label="Rule", kind="tree", required=True, shown_if=("on", "rule")),
        Field(name="event", label="What happened", kind="event", required=True, shown_if=("on", "happened")),
        Field(name="where", label="Only if", kind="conditions", shown_if=("on", "happened")),
        Field(name="least", label="Worth at least", kind="money", low=0, high=100_000_000, shown_if=("on", "cart|order")),
        Field(
            name="channel", label="From", kind="choice", shown_if=("on", "order"),
            choices=tuple((str(value), str(label)) for value, label in Channel.choices),
        ),
        Field(name="first", label="Their first", kind="flag", shown_if=("on", "order")),
    )  # fmt: skip

    def ways(self, settings: Settings) -> Sequence[Way]:
        return (Way("yes", "yes"), Way("no", "no"))

    def describe(self, settings: Settings) -> str:
        match text(settings, "on", "segment"):
            case "rule":
                return explain_tree(settings.get("tree") or {})
            case "happened":
                words = default_sentence(text(settings, "event"))
                return f"{words}, {say_conditions(settings['where'])}" if settings.get("where") else words
            case "cart":
                return "something in the cart"
            case "order":
                kinds = ["the first" if settings.get("first") else "", text(settings, "channel")]
                return " ".join(["an order:", *filter(None, kinds)])
        key = text(settings, "segment")
        return f"in {find_segment_name(key) or key or 'a segment'}"

    def check(self, settings: Settings) -> Sequence[Finding]:
        match text(settings, "on", "segment"):
            case "segment":
                return segment_findings(text(settings, "segment"))
            case "rule":
                fault = tree_fault(settings.get("tree") or {})
                return [Finding(field="tree", code="rule_invalid", title=fault)] if fault else []
        return []

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        match text(settings, "on", "segment"):
            case "rule":
                is_so, reason = tree_matches(settings.get("tree") or {}, visit.customer_id, visit.at)
            case "happened":
                is_so, reason = _happened(visit, settings)
            case "cart":
                is_so, reason = _in_cart(visit, settings)
            case "order":
                is_so, reason = _order_is(visit, settings)
            case _:
                tree = {"kind": "segment", "segment": text(settings, "segment")}
                is_so, reason = tree_matches(tree, visit.customer_id, visit.at)
        return Outcome(way="yes" if is_so else "no", reason=reason)


def _happened(visit: Visit, settings: Settings) -> tuple[bool, str]:
    name = text(settings, "event")
    found = find_event_since(
        customer_id=visit.customer_id, names=[name], since=visit.entered_at,
        after_id=uuid7_floor(visit.entered_at), until=visit.at,
    )  # fmt: skip
    where = settings.get("where") or []
    is_so = any(event_holds(event, where) for event in found if str(event.id) != visit.event.get("id"))
    words = default_sentence(name).lower()
    return is_so, f"{words.capitalize()} since they came in" if is_so else f"No {words} since they came in"


def _in_cart(visit: Visit, settings: Settings) -> tuple[bool, str]:
    items = list_cart_items(visit.customer_id)
    if not items:
        return False, "Their cart is empty"
    least = number(settings, "least")
    if sum(item.price_minor for item in items) < least:
        return False, "Their cart is worth less"
    return True, "Their cart is still full"


def _order_is(visit: Visit, settings: Settings) -> tuple[bool, str]:
    order = find_order(visit.context, visit.customer_id)
    if order is None:
        return False, "They did not come by an order"
    if settings.get("channel") and order.channel != settings["channel"]:
        return False, f"The order came from {Channel(order.channel).label.lower()}"
    if settings.get("first") and not is_first_order(order):
        return False, "It was not their first order"
    if order.total_minor < number(settings, "least"):
        return False, "The order was worth less"
    return True, "The order is as asked"
