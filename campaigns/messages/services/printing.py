"""Paper for one person: a postcard in the parcel, or what is sent by mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from campaigns.messages.facts import PostcardMade
from campaigns.messages.models import Message, Print, Template
from campaigns.messages.queries.brand import brand_data, brand_kit
from campaigns.messages.queries.goods import list_related_cards
from campaigns.messages.queries.profile import data_for
from campaigns.messages.queries.standing import worded
from campaigns.messages.queries.words import Words
from campaigns.messages.rules.rendering import TemplateProblem
from campaigns.messages.services.links import site
from campaigns.messages.services.pictures import drawn_png, picture_bytes
from campaigns.messages.services.postcard import Postcard, PrintedItem, draw_postcard
from campaigns.messages.services.rendering import render_for
from campaigns.messages.services.templates import live_template
from campaigns.messages.states import Way
from customers.models import Customer
from customers.queries import get_customer
from loyalty.queries.membership import find_membership
from loyalty.services.membership import make_enrol_token
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7
from orders.models import OrderLine


def make_postcard(
    *,
    template_key: str = "postcard",
    customer_id: UUID,
    order_id: UUID | None,
    data: Mapping[str, Any],
    dedup_key: str,
    at: datetime,
) -> Print:
    """Make a postcard for a parcel; the same key gives the one there is.

    order_id  its items decide what is shown; what they bought last where there is none.
    data      `code` {code, label, expires_at} among it: a single-use code issued for this card.
    Emits     PostcardMade.
    Raises    TemplateProblem when its words cannot be filled; CustomerNotFound, TemplateNotFound.
    """
    with transaction.atomic():
        there = Print.objects.filter(dedup_key=dedup_key).first()
        if there is not None:
            return there
        person = get_customer(customer_id)
        template = live_template(template_key, locale=person.locale or "en")
        made = Print(
            id=uuid7(at), dedup_key=dedup_key, template_key=template.key, template_version=template.version,
            customer=person, order_id=order_id, created_at=at,
        )  # fmt: skip
        return _keep(made, _card(template, person, order_id, data, reference=dedup_key, at=at), at=at)


def print_message(*, message_id: UUID, at: datetime) -> Print:
    """The paper of a message that goes by mail, made once."""
    with transaction.atomic():
        message = Message.objects.select_related("customer").get(pk=message_id)
        there = Print.objects.filter(dedup_key=message.dedup_key).first()
        if there is not None or message.customer is None:
            return there or Print()
        template = live_template(message.template_key, locale=message.customer.locale or "en")
        made = Print(
            id=uuid7(at), dedup_key=message.dedup_key, template_key=template.key, template_version=template.version,
            customer=message.customer, order_id=message.order_id, message=message, created_at=at,
        )  # fmt: skip
        card = _card(template, message.customer, message.order_id, message.data, reference=message.dedup_key, at=at)
        return _keep(made, card, at=at)


def preview_postcard(template: Any, data: Mapping[str, Any]) -> bytes:
    """What a template would look like on paper. Saves nothing; the QR leads to the shop."""
    shown = render_for(template, Way.MAIL, data, html="", purpose="marketing", message_id=uuid7(), utm={})
    return draw_postcard(_drawn(shown.subject, shown.text, data, site(), "Join with your phone"))


def _card(
    template: Template,
    person: Customer,
    order_id: UUID | None,
    data: Mapping[str, Any],
    *,
    reference: str,
    at: datetime,
) -> Postcard:
    profile = data_for(person.pk, at)
    if order_id is not None:
        bought = list(
            OrderLine.objects.filter(order_id=order_id, variant__isnull=False)
            .values_list("variant__product_id", flat=True)
            .distinct()
        )
        readers = {person.pk: Words(person, brand_kit())}
        profile["related"] = list_related_cards({person.pk: bought}, readers, at=at).get(person.pk, [])
    whole = {"related": [], **profile, **worded(data, person)}
    shown = render_for(template, Way.MAIL, whole, html="", purpose="marketing", message_id=uuid7(at), utm={})
    token = make_enrol_token(customer_id=person.pk, source="postcard", reference=reference[:80], at=at)
    # Short, so that the squares stay large.
    query = urlencode({"token": token, "utm_source": "postcard"})
    is_member = find_membership(person.pk) is not None
    words = "Your card, your points: scan" if is_member else "Scan to join. Your first points are waiting."
    return _drawn(shown.subject, shown.text, whole, f"{settings.JOIN_PAGE}?{query}", words)


def _drawn(title: str, body: str, data: Mapping[str, Any], join_url: str, join_words: str) -> Postcard:
    brand = brand_data()
    code = data.get("code") or {}
    return Postcard(
        brand=brand["name"], tagline=brand["tagline"], colour=brand["colour"], on_colour=brand["on_colour"],
        footer=brand["footer"], logo_png=_logo(brand["on_colour"]), title=title, body=body,
        items=[
            PrintedItem(item["name"], item["price"], picture_bytes(item.get("picture") or item["image_url"]))
            for item in data.get("related", [])
        ],
        code=str(code.get("code", "")), code_label=str(code.get("label", "")),
        code_expires=str(code.get("expires", "")), join_url=join_url, join_words=join_words,
    )  # fmt: skip


def _keep(made: Print, card: Postcard, *, at: datetime) -> Print:
    made.words = {
        "title": card.title, "body": card.body, "code": card.code, "join_url": card.join_url,
        "items": [item.name for item in card.items],
    }  # fmt: skip
    name = f"prints/{made.pk}.pdf"
    made.file = storages["private"].save(name, ContentFile(draw_postcard(card)))
    made.save(force_insert=True)
    fact = PostcardMade(
        print_id=made.pk, customer_id=made.customer_id, template=made.template_key, order_id=made.order_id
    )
    record(fact, by=SYSTEM, at=at)
    return made


def read_print(made: Print) -> bytes:
    with storages["private"].open(made.file) as file:
        return bytes(file.read())


def _logo(colour: str) -> bytes | None:
    svg = brand_kit().logo_svg
    return drawn_png(svg, colour=colour, width=240) if svg else None


__all__ = ["TemplateProblem", "make_postcard", "preview_postcard", "print_message", "read_print"]
