"""What journeys can do with audiences."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from campaigns.audiences.models import Audience
from campaigns.audiences.services.audiences import put_in, take_out
from campaigns.journeys.ports import Field, Finding, Outcome, Visit, Way

_AUDIENCE = Field(name="audience", label="Audience", kind="audience", required=True)


class _AudienceStep:
    group = "Audiences"
    fields: Sequence[Field] = (_AUDIENCE,)

    def ways(self, settings: Mapping[str, Any]) -> Sequence[Way]:
        return (Way("then", "then"),)

    def check(self, settings: Mapping[str, Any]) -> Sequence[Finding]:
        key = str(settings.get("audience") or "")
        if not key:
            return [Finding(code="audience_missing", title="Choose an audience.", field="audience")]
        if find_audience(key) is None:
            return [Finding(code="audience_unknown", title=f"There is no audience “{key}”.", field="audience")]
        return []


class AddToAudience(_AudienceStep):
    title = "Add to audience"
    icon = "group_add"
    fields: Sequence[Field] = (
        _AUDIENCE,
        Field(
            name="items",
            label="With",
            kind="choice",
            choices=(("none", "The customer as such"), ("products", "The products this journey is about")),
            default="none",
        ),
    )

    def describe(self, settings: Mapping[str, Any]) -> str:
        return f"Into {name_of(settings)}"

    def run(self, visit: Visit, settings: Mapping[str, Any]) -> Outcome:
        audience = find_audience(str(settings.get("audience") or ""))
        if audience is None:
            return Outcome(reason="The audience is not there any more.")
        products = products_of(visit) if settings.get("items") == "products" else []
        made = put_in(
            audience_id=audience.pk,
            customer_id=visit.customer_id,
            product_ids=products,
            reason=f"the journey “{visit.journey_name}” put them in",
            by=visit.by,
            at=visit.at,
        )
        said = f"Into {audience.name}." if made else f"Was in {audience.name} already."
        return Outcome(reason=said, detail={"audience": audience.key, "items": made})


class RemoveFromAudience(_AudienceStep):
    title = "Take out of audience"
    icon = "group_remove"

    def describe(self, settings: Mapping[str, Any]) -> str:
        return f"Out of {name_of(settings)}"

    def run(self, visit: Visit, settings: Mapping[str, Any]) -> Outcome:
        audience = find_audience(str(settings.get("audience") or ""))
        if audience is None:
            return Outcome(reason="The audience is not there any more.")
        gone = take_out(
            audience_id=audience.pk,
            customer_id=visit.customer_id,
            reason=f"the journey “{visit.journey_name}” took them out",
            by=visit.by,
            at=visit.at,
        )
        said = f"Out of {audience.name}." if gone else f"No journey had put them into {audience.name}."
        return Outcome(reason=said, detail={"audience": audience.key, "items": gone})


class Audiences:
    """What the steps' settings can name."""

    def list_choices(self) -> Sequence[tuple[str, str]]:
        return list(Audience.objects.order_by("name").values_list("key", "name"))


def find_audience(key: str) -> Audience | None:
    return Audience.objects.filter(key=key).first()


def name_of(settings: Mapping[str, Any]) -> str:
    audience = find_audience(str(settings.get("audience") or ""))
    return audience.name if audience else "an audience that is not chosen yet"


def products_of(visit: Visit) -> list[UUID]:
    """What earlier steps left as `product_ids`, else the product the trigger was about."""
    data = visit.event.get("data") or {}
    told = visit.context.get("product_ids") or [data.get("om_product_id") or data.get("product_id")]
    found = []
    for each in told if isinstance(told, list | tuple) else []:
        try:
            found.append(UUID(str(each)))
        except ValueError:
            continue
    return found
