"""Readers: stored JSON with an ETag, the same for every channel."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from catalog.api import serializers as shapes
from catalog.models import Category
from catalog.queries import find_variant_by_code
from catalog.queries.listing import SORTS, Facets, ListingQuery
from catalog.rules.words import query_words
from catalog.services.reading import read_document, read_facets, read_listing
from catalog.states import ProductStatus
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import NotFound, RuleViolation
from omnichannel.rest.etags import etag, not_modified
from omnichannel.rest.pagination import PAGE_PARAMETERS, decode_cursor, encode_cursor, limit_of
from omnichannel.rest.principal import Caller, principal_of
from omnichannel.rest.views import ANYONE, ApiView, stored_json

#: Kept by anyone, shown only after asking whether it still holds: a changed price is on every channel at once.
REVALIDATE = "public, no-cache"
PRIVATE = "private, no-cache"
MAX_FILTER_VALUES = 30
CURRENCY = OpenApiParameter(
    "currency", {"type": "string", "pattern": "^[A-Z]{3}$"}, description="ISO 4217; the shop's own when absent."
)


class ReadView(ApiView):
    callers = ANYONE
    read_scope = "catalog:read"
    versioned = True


class ProductListView(ReadView):
    @extend_schema(
        operation_id="products_list",
        summary="Find products",
        description="Every word of `q` is the beginning of a word. Narrow with any facet of the answer as a parameter of its "
        "name, repeated for more values: `option.Size=10`, `attribute.Material=Linen`, `category=women/dresses`, `vendor=…`.",
        parameters=[
            OpenApiParameter("q", {"type": "string", "maxLength": 200}),
            OpenApiParameter("category", {"type": "string", "maxLength": 500}),
            OpenApiParameter(
                "price_min", {"type": "integer", "minimum": 0, "maximum": shapes.MAX_AMOUNT}, description="Minor units."
            ),
            OpenApiParameter(
                "price_max", {"type": "integer", "minimum": 0, "maximum": shapes.MAX_AMOUNT}, description="Minor units."
            ),
            OpenApiParameter(
                "sort",
                {"type": "string", "enum": list(SORTS)},
                description="`relevance` needs `q` and is then the default.",
            ),
            OpenApiParameter(
                "status", {"type": "string", "enum": [*ProductStatus.values, "all"]}, description="API keys and staff."
            ),
            CURRENCY,
            *PAGE_PARAMETERS,
        ],
        responses=shapes.ProductListOutput,
    )
    def get(self, request: Request) -> HttpResponse:
        at = now()
        query = listing_query(request)
        rows = read_listing(query, at)
        more, rows = len(rows) > query.limit, rows[: query.limit]
        after = encode_cursor([_cursor_value(rows[-1].sort_value), str(rows[-1].product_id)]) if more else None
        facets = read_facets(query, at) if query.after is None else None
        body = _listing_json([row.card for row in rows], after, facets)
        return answer(
            request, body, hashlib.blake2b(body, digest_size=12).hexdigest(), private=query.status != "active"
        )


class ProductReadView(ReadView):
    """The reading half of `/products/{ref}`."""

    def read(self, request: Request, ref: str) -> HttpResponse:
        everything = sees_everything(request)
        found = read_document(ref, currency=currency_of(request), everything=everything, at=now())
        return answer(request, found.body or "", str(found.version), private=everything)


class VariantByCodeView(ReadView):
    @extend_schema(
        operation_id="variants_by_code",
        summary="A variant by SKU or barcode",
        parameters=[CURRENCY],
        responses=shapes.VariantByCodeOutput,
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        found = find_variant_by_code(code)
        if found is None:
            raise NotFound()
        stored = read_document(str(found.product_id), currency=currency_of(request), everything=False, at=now())
        product = orjson.loads(stored.body or "{}")
        variant = next((row for row in product["variants"] if row["id"] == str(found.variant_id)), None)
        if variant is None:
            raise NotFound()
        body = orjson.dumps({"variant": variant, "product": card_of(product)})
        return answer(request, body, f"{stored.version}")


class CategoryReadView(ReadView):
    """The reading half of `/categories`: the whole tree, in order."""

    def read(self, request: Request) -> HttpResponse:
        rows = Category.objects.order_by("path")
        items = [show_category(row) for row in rows]
        body = orjson.dumps({"items": items, "next": None}, default=str)
        return answer(request, body, hashlib.blake2b(body, digest_size=12).hexdigest())


def listing_query(request: Request) -> ListingQuery:
    """Raises RuleViolation naming the parameter."""
    parameters = request.GET
    words = query_words(text_of(request, "q", 200))
    sort = parameters.get("sort") or ("relevance" if words else "newest")
    if sort not in SORTS or (sort == "relevance" and not words):
        raise RuleViolation(
            "sort_invalid", f"Sort by one of {', '.join(SORTS)}; by relevance only with q.", pointer="/sort"
        )
    filters = {
        name: values
        for name in parameters
        if name in ("category", "vendor") or name.startswith(("option.", "attribute."))
        if (values := [value for value in parameters.getlist(name) if value])
    }
    if sum(map(len, filters.values())) > MAX_FILTER_VALUES or any(
        len(v) > 600 for values in filters.values() for v in values
    ):
        raise RuleViolation("filter_invalid", f"At most {MAX_FILTER_VALUES} values to narrow by.", pointer="/filter")
    status = parameters.get("status") or ProductStatus.ACTIVE
    if status != ProductStatus.ACTIVE and (
        status not in (*ProductStatus.values, "all") or not sees_everything(request)
    ):
        raise RuleViolation(
            "status_invalid", "Only API keys and staff see more than active products.", pointer="/status"
        )
    return ListingQuery(
        currency=currency_of(request),
        words=words,
        filters=filters,
        price_min=_amount(request, "price_min"),
        price_max=_amount(request, "price_max"),
        status=status,
        sort=sort,
        after=_position(request, sort),
        limit=limit_of(request),
    )


def sees_everything(request: Request) -> bool:
    """Those who keep the catalogue read drafts and archived products too."""
    return principal_of(request).kind in (Caller.API_KEY, Caller.STAFF)


def currency_of(request: Request) -> str | None:
    # Most say nothing at all, and making a dictionary of nothing takes a thirtieth of reading a product.
    value = request.GET.get("currency") if request._request.META.get("QUERY_STRING") else None
    if not value:
        return None
    if len(value) != 3 or not (value.isascii() and value.isalpha() and value.isupper()):
        raise RuleViolation("currency_unknown", "A currency is an ISO 4217 code, such as USD.", pointer="/currency")
    return value


def text_of(request: Request, name: str, longest: int) -> str:
    value = request.GET.get(name, "")
    if len(value) > longest:
        raise RuleViolation("too_long", f"At most {longest} characters.", pointer=f"/{name}")
    return value


def answer(request: Request, body: str | bytes, version: str, *, private: bool = False) -> HttpResponse:
    """The stored JSON, or 304 when the caller holds it."""
    tag = etag(version)
    response = not_modified(request, tag) or stored_json(body, etag=tag)
    response["Cache-Control"] = PRIVATE if private else REVALIDATE
    return response


def card_of(product: dict[str, Any]) -> dict[str, Any]:
    """A product's card, from its document."""
    options: dict[str, list[str]] = {name: [] for name in product["option_names"]}
    prices = set()
    for variant in product["variants"]:
        for name, value in variant["options"].items():
            if value not in options.setdefault(name, []):
                options[name].append(value)
        if variant["price"]:
            prices.add(variant["price"]["amount_minor"])
    shown = {name: product[name] for name in ("id", "slug", "name", "price", "list_price", "sale")}
    image = product["images"][0]["url"] if product["images"] else ""
    return shown | {"image_url": image, "price_varies": len(prices) > 1, "options": options}


def show_category(row: Category) -> dict[str, Any]:
    return {
        "id": row.pk,
        "parent_id": row.parent_id,
        "path": row.path,
        "name": row.name,
        "slug": row.slug,
        "position": row.position,
    }


def _listing_json(cards: list[str], after: str | None, facets: Facets | None) -> bytes:
    rest: dict[str, Any] = {"next": after, "total": None, "facets": [], "price_range": None}
    if facets is not None:
        currency = orjson.loads(cards[0])["price"]["currency"] if cards and orjson.loads(cards[0])["price"] else None
        rest["total"] = facets.total
        rest["facets"] = [
            {"name": name, "values": [{"value": value, "count": count} for value, count in values]}
            for name, values in facets.counts.items()
        ]
        if currency and facets.price_min is not None:
            rest["price_range"] = {
                "min": {"amount_minor": facets.price_min, "currency": currency},
                "max": {"amount_minor": facets.price_max, "currency": currency},
            }
    return b'{"items":[' + ",".join(cards).encode() + b"]," + orjson.dumps(rest)[1:]


def _cursor_value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _position(request: Request, sort: str) -> tuple[Any, UUID] | None:
    position = decode_cursor(request, 2)
    if position is None:
        return None
    value, product_id = position
    wanted = {"int": int, "bigint": int, "text": str, "timestamptz": str}[SORTS[sort][1]]
    try:
        if not isinstance(value, wanted) or (
            isinstance(value, int) and abs(value) > 2**31 * (1 if sort == "relevance" else 2**31)
        ):
            raise ValueError
        if sort == "newest" and datetime.fromisoformat(str(value)).tzinfo is None:
            raise ValueError
        if isinstance(value, str) and "\x00" in value:
            raise ValueError
        return value, UUID(str(product_id))
    except (ValueError, OverflowError) as error:
        raise RuleViolation("cursor_invalid", "This cursor is not one we gave out.", pointer="/cursor") from error


def _amount(request: Request, name: str) -> int | None:
    value = request.GET.get(name)
    if value is None or value == "":
        return None
    if not value.isascii() or not value.isdigit() or len(value) > 13:
        raise RuleViolation("amount_invalid", "An amount is a whole number of minor units.", pointer=f"/{name}")
    return int(value)
