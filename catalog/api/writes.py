"""Writers: integrations with the scope `catalog:write`, and staff who may change products."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api import serializers as shapes
from catalog.api.reads import CURRENCY, CategoryReadView, ProductListView, ProductReadView, show_category
from catalog.errors import ImageInvalid
from catalog.models import Price
from catalog.queries.documents import get_product_id
from catalog.services import categories, images, prices, products, relations
from catalog.services.reading import read_document
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import Forbidden, NotFound
from omnichannel.rest.etags import etag, expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input
from omnichannel.rest.views import ApiView, stored_json
from omnichannel.rest.wire import OrjsonParser

WRITERS = frozenset({Caller.API_KEY, Caller.STAFF})


class WriteView(ApiView):
    callers = WRITERS
    read_scope = "catalog:read"
    write_scope = "catalog:write"
    staff_permission = "catalog.change_product"
    versioned = True


def writers_only(request: Request) -> None:
    """For addresses that anyone may read. Raises Forbidden, NotAuthenticated."""
    principal = principal_of(request)
    if principal.kind is Caller.STAFF:
        user = getattr(request._request, "staff_user", None)
        if user is None or not user.has_perm(WriteView.staff_permission):
            raise Forbidden("permission_missing", permission=WriteView.staff_permission)
    elif principal.kind is not Caller.API_KEY:
        if principal.kind is Caller.ANONYMOUS:
            raise NotAuthenticated()
        raise Forbidden()


def answer_product(product_id: UUID, *, status: int = 200) -> HttpResponse:
    """The product as everyone reads it now."""
    found = read_document(str(product_id), currency=None, everything=True, at=now())
    response = stored_json(found.body or "", etag=etag(found.version), status=status)
    if status == 201:
        response["Location"] = f"/api/v1/products/{product_id}"
    return response


class ProductsView(ProductListView):
    write_scope = "catalog:write"

    @extend_schema(
        operation_id="products_create",
        summary="Add a product",
        request=shapes.ProductInput,
        responses={201: shapes.ProductOutput},
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        writers_only(request)
        data = shapes.product_data(read_input(shapes.ProductInput, request))
        product = products.create_product(data=data, by=context_of(request), at=now())
        return answer_product(product.pk, status=201)


class ProductView(ProductReadView):
    write_scope = "catalog:write"

    @extend_schema(
        operation_id="products_read",
        summary="One product, by id, slug or external id",
        parameters=[CURRENCY],
        responses=shapes.ProductOutput,
    )
    def get(self, request: Request, ref: str) -> HttpResponse:
        return self.read(request, ref)

    @extend_schema(
        operation_id="products_put",
        summary="Make the product of this external id (or id) what the body says",
        description="Safe to repeat. Variants are found by SKU; those not named stay. Prices that stand already change nothing.",
        request=shapes.ProductPut,
        responses={200: shapes.ProductOutput, 201: shapes.ProductOutput},
    )
    @write
    def put(self, request: Request, ref: str) -> HttpResponse:
        writers_only(request)
        data = read_input(shapes.ProductPut, request)
        product, created = products.put_product(
            ref=ref,
            data=data_of(ref, data),
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return answer_product(product.pk, status=201 if created else 200)

    @extend_schema(
        operation_id="products_change",
        summary="Change fields of a product",
        request=shapes.ProductPatch,
        responses=shapes.ProductOutput,
    )
    @write
    def patch(self, request: Request, ref: str) -> HttpResponse:
        writers_only(request)
        product = products.update_product(
            product_id=get_product_id(ref),
            changes=read_input(shapes.ProductPatch, request),
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return answer_product(product.pk)


def data_of(ref: str, data: dict[str, Any]) -> Any:
    return shapes.product_data(data, external_id=ref[:120])


class ProductVariantsView(WriteView):
    @extend_schema(
        operation_id="products_add_variant",
        summary="Add a variant",
        request=shapes.VariantInput,
        responses={201: shapes.ProductOutput},
    )
    @write
    def post(self, request: Request, ref: str) -> HttpResponse:
        data = shapes.variant_data(read_input(shapes.VariantInput, request))
        variant = products.add_variant(
            product_id=get_product_id(ref),
            data=data,
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return answer_product(variant.product_id, status=201)


class ProductRelationsView(WriteView):
    @extend_schema(
        operation_id="products_set_relations",
        summary="Set a product's relations of one kind",
        request=shapes.RelationsInput,
        responses=shapes.ProductOutput,
    )
    @write
    def put(self, request: Request, ref: str) -> HttpResponse:
        data = read_input(shapes.RelationsInput, request)
        product = relations.set_relations(
            product_id=get_product_id(ref),
            kind=data["kind"],
            related_ids=data["related"],
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return answer_product(product.pk)


class ProductImagesView(WriteView):
    parser_classes = (OrjsonParser, MultiPartParser)

    @extend_schema(
        operation_id="products_add_image",
        summary="Add a picture: its address as JSON, or the file itself as multipart `file`",
        request={
            "application/json": shapes.ImageInput,
            "multipart/form-data": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "alt": {"type": "string", "maxLength": 200},
                },
            },
        },
        responses={201: shapes.ProductOutput},
    )
    @write
    def post(self, request: Request, ref: str) -> HttpResponse:
        product_id, version, by, at = get_product_id(ref), expected_version(request), context_of(request), now()
        if (request.content_type or "").startswith("multipart/"):
            upload = request.FILES.get("file")
            alt = request.POST.get("alt", "")
            if (
                upload is None
                or upload.size > images.MAX_BYTES
                or not isinstance(alt, str)
                or len(alt) > 200
                or "\x00" in alt
            ):
                raise ImageInvalid(pointer="/file")
            images.add_image(
                product_id=product_id, content=upload.read(), alt=alt, expected_version=version, by=by, at=at
            )
        else:
            data = read_input(shapes.ImageInput, request)
            images.add_image(product_id=product_id, **data, expected_version=version, by=by, at=at)
        return answer_product(product_id, status=201)


class ProductImageView(WriteView):
    @extend_schema(
        operation_id="products_remove_image",
        summary="Take a picture away",
        request=None,
        responses={200: shapes.ProductOutput},
    )
    @write
    def delete(self, request: Request, ref: str, position: int) -> HttpResponse:
        product = images.remove_image(
            product_id=get_product_id(ref),
            position=position,
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return answer_product(product.pk)


class VariantView(WriteView):
    @extend_schema(
        operation_id="variants_change",
        summary="Change fields of a variant",
        request=shapes.VariantPatch,
        responses=shapes.ProductOutput,
    )
    @write
    def patch(self, request: Request, variant_id: UUID) -> HttpResponse:
        variant = products.update_variant(
            variant_id=variant_id,
            changes=read_input(shapes.VariantPatch, request),
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return answer_product(variant.product_id)


class VariantPricesView(WriteView):
    @extend_schema(
        operation_id="variants_prices",
        summary="The price history of a variant, newest first",
        parameters=PAGE_PARAMETERS,
        responses=shapes.PriceListOutput,
    )
    def get(self, request: Request, variant_id: UUID) -> HttpResponse:
        prices.find_variant(variant_id)
        return Response(page(request, Price.objects.filter(variant=variant_id), by=("-id",), show=show_price))

    @extend_schema(
        operation_id="variants_set_prices",
        summary="Set prices, now or later; what was charged stays in the history",
        request=shapes.PricesInput,
        responses=shapes.ProductOutput,
    )
    @write
    def put(self, request: Request, variant_id: UUID) -> HttpResponse:
        data = read_input(shapes.PricesInput, request)
        product = prices.set_prices(
            variant_id=variant_id,
            prices=[shapes.price_data(row) for row in data["prices"]],
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return answer_product(product.pk)


class VariantPriceView(WriteView):
    @extend_schema(
        operation_id="variants_end_price",
        summary="End a price now, or take a planned one back",
        request=None,
        responses={200: shapes.ProductOutput},
    )
    @write
    def delete(self, request: Request, variant_id: UUID, price_id: int) -> HttpResponse:
        if price_id >= 2**63:
            raise NotFound()
        product = prices.end_price(
            variant_id=variant_id,
            price_id=price_id,
            expected_version=expected_version(request),
            by=context_of(request),
            at=now(),
        )
        return answer_product(product.pk)


class CategoriesView(CategoryReadView):
    write_scope = "catalog:write"

    @extend_schema(operation_id="categories_list", summary="The category tree", responses=shapes.CategoryListOutput)
    def get(self, request: Request) -> HttpResponse:
        return self.read(request)

    @extend_schema(
        operation_id="categories_create",
        summary="Add a category",
        request=shapes.CategoryInput,
        responses={201: shapes.CategoryOutput},
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        writers_only(request)
        return Response(
            show_category(categories.create_category(**read_input(shapes.CategoryInput, request))), status=201
        )


class CategoryView(WriteView):
    versioned = False

    @extend_schema(
        operation_id="categories_change",
        summary="Rename, reorder or move a category with all below it",
        request=shapes.CategoryPatch,
        responses=shapes.CategoryOutput,
    )
    @write
    def patch(self, request: Request, category_id: UUID) -> HttpResponse:
        at, data = now(), read_input(shapes.CategoryPatch, request)
        moves, parent_id = "parent_id" in data, data.pop("parent_id", None)
        category = categories.update_category(category_id=category_id, **data, at=at)
        if moves:
            category = categories.move_category(category_id=category_id, parent_id=parent_id, at=at)
        return Response(show_category(category))

    @extend_schema(
        operation_id="categories_remove", summary="Remove an empty category", request=None, responses={204: None}
    )
    @write
    def delete(self, request: Request, category_id: UUID) -> HttpResponse:
        categories.delete_category(category_id=category_id)
        return HttpResponse(status=204)


def show_price(row: Price) -> dict[str, Any]:
    names = ("id", "currency", "amount_minor", "valid_from", "valid_until", "withdrawn_at")
    return {name: getattr(row, name) for name in names} | {"sale": row.is_sale}
