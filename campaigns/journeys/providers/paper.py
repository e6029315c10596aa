"""A postcard in somebody's parcel."""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.journeys.ports import Field, Finding, Outcome, Visit, Way
from campaigns.journeys.providers.actions import template_findings, told_so_far
from campaigns.journeys.providers.settings import ONWARD, text
from campaigns.journeys.queries.goods import find_order
from campaigns.journeys.queries.vocabulary import find_template_name
from campaigns.messages.services.printing import make_postcard

Settings = Mapping[str, Any]


class Postcard:
    """Made for the order they came by, with what goes with it and the code given before; carries the way into the programme."""

    title, group, icon = "Postcard in the parcel", "Do", "local_post_office"
    fields: Sequence[Field] = (
        Field(name="template", label="Message", kind="template", required=True, default="postcard"),
    )

    def ways(self, settings: Settings) -> Sequence[Way]:
        return ONWARD

    def describe(self, settings: Settings) -> str:
        return find_template_name(text(settings, "template", "postcard")) or "choose a message"

    def check(self, settings: Settings) -> Sequence[Finding]:
        return template_findings(text(settings, "template", "postcard"))

    def run(self, visit: Visit, settings: Settings) -> Outcome:
        order = find_order(visit.context, visit.customer_id)
        made = make_postcard(
            template_key=text(settings, "template", "postcard"), customer_id=visit.customer_id,
            order_id=order.pk if order else None, data=told_so_far(visit),
            dedup_key=visit.reference, at=visit.at,
        )  # fmt: skip
        return Outcome(reason="A postcard was made", detail={"print_id": str(made.pk)})
