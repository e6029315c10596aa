"""Figures over the wire. Money in minor units with its currency; periods are half-open."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rest_framework import serializers

from insights.errors import PeriodInvalid
from insights.models import Credit, Path, Touch
from insights.queries.figures import Crossings, Funnel, Period, Repeat, Sales, Source
from insights.states import AttributionModel, TouchKind
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.clock import now
from omnichannel.rest.serializers import InputSerializer, MoneySerializer, StrictCharField

LONGEST = timedelta(days=731)


class PeriodQuery(InputSerializer):
    since = serializers.DateField(required=False, help_text="First day, in the brand's zone; 30 days ago when absent.")
    until = serializers.DateField(required=False, help_text="Last day, included; today when absent.")


class SalesQuery(PeriodQuery):
    by = serializers.ChoiceField(choices=["channel", "store"], default="channel")


class CreditQuery(PeriodQuery):
    model = serializers.ChoiceField(choices=AttributionModel.choices, default=AttributionModel.LAST)
    kind = serializers.ChoiceField(choices=TouchKind.choices)
    source = StrictCharField(required=False, default="", max_length=100, allow_blank=True)
    campaign = StrictCharField(required=False, default="", max_length=150, allow_blank=True)


class PathQuery(PeriodQuery):
    customer = serializers.UUIDField(required=False)


def read_period(given: dict[str, Any]) -> Period:
    """Whole business days in the brand's zone and currency. Raises PeriodInvalid."""
    brand = get_brand()
    zone = ZoneInfo(brand.time_zone)
    last = given.get("until") or now().astimezone(zone).date()
    first = given.get("since") or last - timedelta(days=29)
    # The far ends of the calendar have no day before or after them.
    if last < first or last - first > LONGEST or first.year < 1900 or last.year > 9000:
        raise PeriodInvalid(pointer="/until")
    return Period(
        since=datetime.combine(first, time.min, zone),
        until=datetime.combine(last + timedelta(days=1), time.min, zone),
        currency=brand.default_currency,
        zone=brand.time_zone,
    )


class SalesOut(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="A channel, or a store's id; empty for none.")
    orders = serializers.IntegerField()
    sales = MoneySerializer()
    average_order = MoneySerializer(allow_null=True, help_text="Sales over orders; null without any.")
    orders_before = serializers.IntegerField(help_text="In the stretch of the same length before.")
    sales_before = MoneySerializer()


class SalesPage(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    items = SalesOut(many=True)


class FunnelOut(serializers.Serializer[Any]):
    visited = serializers.IntegerField()
    viewed = serializers.IntegerField()
    carted = serializers.IntegerField()
    ordered = serializers.IntegerField()


class CrossingsOut(serializers.Serializer[Any]):
    paths = serializers.IntegerField()
    store_to_online = serializers.IntegerField()
    store_to_online_worth = MoneySerializer()
    online_to_store = serializers.IntegerField()
    online_to_store_worth = MoneySerializer()


class RepeatOut(serializers.Serializer[Any]):
    customers = serializers.IntegerField()
    repeating = serializers.IntegerField()
    rate_pct = serializers.FloatField(allow_null=True)
    average_worth = MoneySerializer(allow_null=True)


class OverviewOut(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    funnel = FunnelOut()
    repeat = RepeatOut()
    crossings = CrossingsOut()


class SourceOut(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=TouchKind.choices)
    source = serializers.CharField()
    campaign = serializers.CharField()
    orders = serializers.IntegerField()
    credits = serializers.DictField(child=MoneySerializer(), help_text="By model.")


class AttributionOut(serializers.Serializer[Any]):
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    items = SourceOut(many=True)


class TouchOut(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(choices=TouchKind.choices)
    channel = serializers.CharField()
    source = serializers.CharField()
    campaign = serializers.CharField()
    content = serializers.CharField()
    event_id = serializers.UUIDField(allow_null=True)
    event_count = serializers.IntegerField()
    credits = serializers.DictField(child=MoneySerializer(), help_text="By model.")


class PathOut(serializers.Serializer[Any]):
    order_id = serializers.UUIDField()
    number = serializers.CharField()
    customer_id = serializers.UUIDField(allow_null=True)
    converted_at = serializers.DateTimeField()
    channel = serializers.CharField()
    net = MoneySerializer()
    touch_count = serializers.IntegerField()
    is_first_order = serializers.BooleanField()


class PathDetailOut(PathOut):
    touches = TouchOut(many=True)


class PathPage(serializers.Serializer[Any]):
    items = PathOut(many=True)
    next = serializers.CharField(allow_null=True)


class CreditOut(serializers.Serializer[Any]):
    order_id = serializers.UUIDField()
    number = serializers.CharField()
    at = serializers.DateTimeField()
    amount = MoneySerializer()


class CreditPage(serializers.Serializer[Any]):
    items = CreditOut(many=True)
    next = serializers.CharField(allow_null=True)


class WorthOut(serializers.Serializer[Any]):
    customer_id = serializers.UUIDField()
    orders = serializers.IntegerField()
    worth = MoneySerializer(help_text="Confirmed orders, less what came back.")
    first_order_at = serializers.DateTimeField(allow_null=True)
    last_order_at = serializers.DateTimeField(allow_null=True)


def money(amount_minor: int, currency: str) -> dict[str, Any]:
    return {"amount_minor": amount_minor, "currency": currency}


def show_sales(row: Sales, currency: str) -> dict[str, Any]:
    return {
        "key": row.key,
        "orders": row.orders,
        "sales": money(row.sales_minor, currency),
        "average_order": None if row.average_minor is None else money(row.average_minor, currency),
        "orders_before": row.orders_before,
        "sales_before": money(row.sales_before_minor, currency),
    }


def show_overview(period: Period, funnel: Funnel, repeat: Repeat, crossings: Crossings) -> dict[str, Any]:
    currency = period.currency
    return {
        "since": period.since,
        "until": period.until,
        "funnel": {name: getattr(funnel, name) for name in ("visited", "viewed", "carted", "ordered")},
        "repeat": {
            "customers": repeat.customers,
            "repeating": repeat.repeating,
            "rate_pct": round(100 * repeat.repeating / repeat.customers, 1) if repeat.customers else None,
            "average_worth": money(repeat.worth_minor // repeat.customers, currency) if repeat.customers else None,
        },
        "crossings": {
            "paths": crossings.paths,
            "store_to_online": crossings.store_to_online,
            "store_to_online_worth": money(crossings.store_to_online_minor, currency),
            "online_to_store": crossings.online_to_store,
            "online_to_store_worth": money(crossings.online_to_store_minor, currency),
        },
    }


def show_source(row: Source, currency: str) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "source": row.source,
        "campaign": row.campaign,
        "orders": row.orders,
        "credits": {model: money(amount, currency) for model, amount in row.amounts.items()},
    }


def show_path(path: Path) -> dict[str, Any]:
    return {
        "order_id": path.pk,
        "number": path.order.number,
        "customer_id": path.customer_id,
        "converted_at": path.converted_at,
        "channel": path.channel,
        "net": money(path.net_minor, path.currency),
        "touch_count": path.touch_count,
        "is_first_order": path.is_first_order,
    }


def show_touch(touch: Touch, currency: str) -> dict[str, Any]:
    shared = dict.fromkeys(AttributionModel.values, 0) | {row.model: row.amount_minor for row in touch.credits.all()}
    fields = ("position", "at", "kind", "channel", "source", "campaign", "content", "event_id", "event_count")
    return {name: getattr(touch, name) for name in fields} | {
        "credits": {model: money(amount, currency) for model, amount in shared.items()}
    }


def show_credit(row: Credit) -> dict[str, Any]:
    return {
        "order_id": row.path_id,
        "number": row.path.order.number,
        "at": row.touch.at,
        "amount": money(row.amount_minor, row.path.currency),
    }
