"""How staff screens show values: money, states, people and links as people read them, never as they are stored.

Each maker returns a column for `list_display`, `readonly_fields` or an inline.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from time import monotonic
from typing import Any

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display

from omnichannel.accounts.models import User
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.money import format_money

NOTHING = "–"
TONES = {"success": "ok", "warning": "warn", "danger": "danger", "info": "accent"}
# Field names whose words are not their name.
WORDS = {
    "sku": "SKU", "url": "Address", "is_active": "Active", "is_manager": "Manager", "pickup_enabled": "Pickup", "item_count": "Items",
    "created_at": "Made", "updated_at": "Changed", "on_hand": "On hand", "at": "When", "line1": "Street", "line2": "Street, 2nd line",
    "is_sale": "Sale", "is_gift": "Gift", "is_default": "Default", "weight_grams": "Weight (g)", "pickup_lead_minutes": "Ready after (minutes)",
    "pickup_hold_days": "Kept for (days)", "logo_svg": "Logo, as SVG", "ship_to": "Ships to", "cancelled_quantity": "Cancelled",
    "returned_quantity": "Returned", "placed_at": "Placed", "promised_at": "Promised for", "collect_until": "Kept until",
    "last_activity_at": "Last touched", "actor": "By", "created_by": "By", "handed_over_by": "Handed over by", "template_key": "Template",
    "is_staff": "Works here", "is_superuser": "May do everything", "groups": "Roles", "fulfilment": "How it is handed over",
    "staging_place": "Shelf", "external_id": "Id elsewhere", "opens_on": "Opens on", "ships": "Ships parcels", "to_status": "Became",
    "from_status": "Was", "min_weight_grams": "From (g)", "max_weight_grams": "To (g)", "date_joined": "Since", "last_login": "Last here",
}  # fmt: skip
# What the machine keeps for itself: told by no screen.
INSIDE = frozenset(
    {"id", "version", "client_secret", "poll_at", "dedup_key", "hold_id", "key", "identity_id", "request_id", "search"}
)
STAFF_NAMES_FOR_SECONDS = 30.0
_staff_names: tuple[float, dict[str, str]] = (0.0, {})


def words(field: str) -> str:
    """`customer__last_name` → “Last name”."""
    name = field.replace(".", "__").split("__")[-1].removesuffix("_minor")
    return WORDS.get(name) or name.replace("_", " ").capitalize()


def follow(row: Any, path: str) -> Any:
    for name in path.replace("__", ".").split("."):
        row = getattr(row, name) if row is not None else None
    return row


def shown(column: Any) -> Any:
    """Templates must not call it by themselves: it wants the row."""
    column.do_not_call_in_templates = True
    return column


def money(field: str, description: str = "", *, currency: str = "currency") -> Any:
    """A column of an amount in minor units. `currency` is the path of the currency (`order__currency`)."""

    @display(description=description or words(field), ordering=field.replace(".", "__"))
    def column(*given: Any) -> SafeString:
        row = given[-1]  # as a class attribute it is a method, as an entry of list_display a function
        amount = follow(row, field)
        return format_html(
            '<span class="amount">{}</span>', NOTHING if amount is None else format_money(amount, follow(row, currency))
        )

    return shown(column)


def units(field: str, description: str = "") -> Any:
    """A column of a whole number, to the right; zero is quiet."""

    @display(description=description or words(field), ordering=field.replace(".", "__"))
    def column(*given: Any) -> SafeString:
        value = follow(given[-1], field)
        return format_html(
            '<span class="amount{}">{}</span>', "" if value else " quiet", NOTHING if value is None else f"{value:,}"
        )

    return shown(column)


def state(field: str, colours: Mapping[Any, str], description: str = "") -> Any:
    """A column of a state as a coloured label. `colours`: value → success, warning, danger, info; others grey."""
    tones = {str(value): TONES.get(colour, "") for value, colour in colours.items()}

    @display(description=description or words(field), ordering=field.replace(".", "__"))
    def column(*given: Any) -> SafeString:
        *steps, name = field.replace("__", ".").split(".")
        owner = follow(given[-1], ".".join(steps)) if steps else given[-1]
        value = getattr(owner, name)
        return label(str(getattr(owner, f"get_{name}_display", lambda: value)()), tones.get(str(value), ""))

    return shown(column)


def label(text: str, tone: str = "") -> SafeString:
    """A word on its colour: ok, warn, danger, accent or none."""
    return format_html('<span class="state {}">{}</span>', tone, text[:1].upper() + text[1:])


def link(url_name: str, key: Any, text: Any) -> SafeString | str:
    """A link to another staff page, to the profile of those that have one; plain text where there is none."""
    for page in ("profile", "change"):
        try:
            return format_html('<a href="{}">{}</a>', reverse(f"admin:{url_name}_{page}", args=[key]), text)
        except NoReverseMatch:
            continue
    return str(text)


def moment(value: date) -> SafeString:
    """“9 Jun 2026, 16:04”, in the time zone of the page."""
    told = formats.localize(timezone.localtime(value) if isinstance(value, datetime) else value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), told)


def person(actor: str) -> str:
    """`staff:7` → “Helen Brandt”; others by what they are. The names of staff are read once in a while, not by row."""
    kind, _, key = actor.partition(":")
    if kind == "staff":
        return staff_names().get(key, "Staff")
    if kind == "system":
        return f"System ({key.replace('_', ' ')})" if key else "System"
    return kind.replace("_", " ").capitalize() or NOTHING


def staff_names() -> dict[str, str]:
    global _staff_names
    if monotonic() > _staff_names[0]:
        rows = User.objects.filter(is_staff=True).values_list("pk", "name", "email")[:2_000]
        _staff_names = (monotonic() + STAFF_NAMES_FOR_SECONDS, {str(key): name or email for key, name, email in rows})
    return _staff_names[1]


def plain(value: Any) -> SafeString | str:
    """What a JSON field holds, as lines of “name: value”."""
    if value in (None, "", [], {}):
        return NOTHING
    if isinstance(value, dict):
        lines = [(words(str(name)), plain(each)) for name, each in value.items() if each not in (None, "", [], {})]
        return format_html_join("", '<span class="line"><span class="quiet">{}:</span> {}</span>', lines) or NOTHING
    if isinstance(value, list):
        return format_html_join(", ", "{}", [(plain(each),) for each in value])
    return "yes" if value is True else "no" if value is False else str(value)


def readable(model: type[models.Model], name: str, colours: Mapping[Any, str] | None = None) -> Any:
    """The field of a model as a column that people can read: its name where Django shows it well already."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:  # a method or a column already
        return name
    if not isinstance(field, models.Field):
        return name
    if colours is not None:
        return state(name, colours, words(name))
    if name.endswith("_minor") and (path := _currency_of(model)):
        return money(name, words(name), currency=path)
    show = _reader(field, name)
    if show is None:
        return name

    @display(description=words(name), ordering=name, boolean=isinstance(field, models.BooleanField))
    def column(*given: Any) -> Any:
        value = show(given[-1])
        if isinstance(value, date):
            return moment(value)
        return NOTHING if value in (None, "") else value

    column.__name__ = name
    return shown(column)


def _reader(field: "models.Field[Any, Any]", name: str) -> Callable[[Any], Any] | None:
    """How a row tells this field; None where Django tells it well already."""
    if isinstance(field, models.ForeignKey):
        return partial(_related, name) if admin.site.is_registered(field.related_model) else None
    if isinstance(field, models.JSONField):
        return lambda row: plain(getattr(row, name))
    if name == "channel" and not field.choices:
        return lambda row: dict(Channel.choices).get(row.channel, row.channel.capitalize())
    if name in ("actor", "created_by", "handed_over_by"):
        return lambda row: person(getattr(row, name)) if getattr(row, name) else NOTHING
    if name not in WORDS or isinstance(field, models.FileField):
        return None
    if field.choices:
        return lambda row: getattr(row, f"get_{name}_display")()
    return lambda row: getattr(row, name)


def _related(name: str, row: Any) -> SafeString | str:
    other = getattr(row, name)
    return link(f"{other._meta.app_label}_{other._meta.model_name}", other.pk, other) if other is not None else NOTHING


def _currency_of(model: type[models.Model]) -> str:
    names = {field.name for field in model._meta.get_fields()}
    return (
        "currency"
        if "currency" in names
        else "order__currency"
        if "order" in names
        else "cart__currency"
        if "cart" in names
        else ""
    )
