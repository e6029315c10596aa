"""Rows as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.audiences.models import Audience, AudienceItem, Conversion, Member, PlatformCall
from campaigns.audiences.queries.recommending import list_recommendations
from campaigns.audiences.queries.showing import (
    Size,
    list_pictures,
    list_sizes,
    sentence_of,
    show_destinations,
)
from catalog.models import Product
from customers.models import Customer


def show_audiences(audiences: Sequence[Audience]) -> list[dict[str, Any]]:
    sizes = list_sizes([audience.pk for audience in audiences])
    destinations: dict[UUID, list[dict[str, Any]]] = {}
    rows = [each for audience in audiences for each in audience.destinations.all()]
    for row, shown in zip(rows, show_destinations(rows), strict=True):
        destinations.setdefault(row.audience_id, []).append(shown)
    return [
        {
            "id": str(audience.pk),
            "key": audience.key,
            "name": audience.name,
            "rule": audience.rule,
            "sentence": sentence_of(audience),
            "is_live": audience.is_live,
            "size": {
                "people": sizes.get(audience.pk, Size(0, 0)).people,
                "items": sizes.get(audience.pk, Size(0, 0)).items,
            },
            "destinations": destinations.get(audience.pk, []),
            "created_at": audience.created_at.isoformat(),
            "updated_at": audience.updated_at.isoformat(),
        }
        for audience in audiences
    ]


def show_items(items: Sequence[AudienceItem]) -> list[dict[str, Any]]:
    pictures = list_pictures({item.product_id for item in items if item.product_id})
    return [
        {
            "id": str(item.pk),
            "audience": item.audience.key,
            "audience_name": item.audience.name,
            "customer": show_customer(item.customer),
            "product": {
                "id": str(item.product_id),
                "name": item.product.name,
                "slug": item.product.slug,
                "sku": item.variant.sku if item.variant else None,
                "image_url": pictures.get(item.product.pk, ""),
            }
            if item.product
            else None,
            "source": item.source,
            "reason": item.reason,
            "added_at": item.added_at.isoformat(),
            "expires_at": item.expires_at.isoformat() if item.expires_at else None,
            "removed_at": item.removed_at.isoformat() if item.removed_at else None,
            "removed_reason": item.removed_reason,
        }
        for item in items
    ]


def show_customer(customer: Customer) -> dict[str, Any]:
    return {"id": str(customer.pk), "name": str(customer)}


def show_member(row: Member) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "customer": show_customer(row.customer) if row.customer else None,
        "is_there": row.is_there,
        "is_wanted": row.is_wanted,
        "reason": row.reason,
        "due_at": row.due_at.isoformat(),
        "changed_at": row.changed_at.isoformat() if row.changed_at else None,
    }


def show_conversion(row: Conversion) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "platform": row.platform,
        "name": row.name,
        "event_id": row.event_id,
        "customer": show_customer(row.customer) if row.customer else None,
        "occurred_at": row.occurred_at.isoformat(),
        "action_source": row.action_source,
        "page_url": row.page_url,
        "user_data": row.user_data,
        "custom_data": row.custom_data,
        "state": row.state,
        "reason": row.reason,
        "attempts": row.attempts,
        "due_at": row.due_at.isoformat(),
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
        "trace": row.trace,
    }


def show_call(row: PlatformCall) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "platform": row.platform,
        "kind": row.kind,
        "rows": row.rows,
        "request": row.request,
        "status": row.status,
        "answer": row.answer,
        "at": row.at.isoformat(),
    }


def show_recommendations(customer_id: UUID, *, limit: int, at: datetime) -> dict[str, Any]:
    found = list_recommendations(customer_id, limit=limit, at=at)
    products = {row.pk: row for row in Product.objects.filter(pk__in=[each.product_id for each in found])}
    pictures = list_pictures(products)
    return {
        "items": [
            {
                "product": {
                    "id": str(each.product_id),
                    "name": each.name,
                    "slug": products[each.product_id].slug,
                    "sku": None,
                    "image_url": pictures.get(each.product_id, ""),
                },
                "because": each.because,
                "kind": each.kind,
            }
            for each in found
            if each.product_id in products
        ],
        "next": None,
    }
