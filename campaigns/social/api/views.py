"""What everybody sees, what customers say, and what platforms tell us."""

from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.social.api import serializers as shapes
from campaigns.social.api.showing import show_handle, show_mine, show_shop
from campaigns.social.errors import LinkNotValid, PostNotFound
from campaigns.social.models import HandleClaim, Post
from campaigns.social.queries.links import post_of_token
from campaigns.social.queries.posts import get_post, list_public
from campaigns.social.services.handles import claim_handle, drop_handle
from campaigns.social.services.receiving import SIGNATURE_HEADER, receive_webhook
from campaigns.social.services.rights import answer_rights
from campaigns.social.states import Rights
from catalog.queries.documents import find_product_id
from customers.api.me import own_id
from omnichannel.brand.queries import get_brand
from omnichannel.integrations.api.incoming import IncomingView
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import NotFound
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ANYONE, ApiView

CUSTOMER = frozenset({Caller.CUSTOMER})
YEAR_SECONDS = 31_536_000


class ShopPosts(ApiView):
    callers: ClassVar[frozenset[Caller]] = ANYONE
    read_scope = "social:read"

    @extend_schema(
        operation_id="social_posts",
        parameters=[
            OpenApiParameter("product", {"type": "string", "maxLength": 200}, description="Id or slug: posts with it."),
            OpenApiParameter("currency", {"type": "string", "maxLength": 3}),
            *PAGE_PARAMETERS,
        ],
        responses=shapes.ShopPostListDocument,
        tags=["social"],
    )
    def get(self, request: Request) -> Response:
        """Customers' pictures that can be shopped: what is on them, what it costs, what is left now."""
        given = read_query(shapes.ShopQuery, request)
        rows = list_public()
        if "product" in given:
            product_id = find_product_id(given["product"])
            rows = rows.filter(tags__product_id=product_id) if product_id else rows.none()
        found = page(request, rows, by=("-posted_at", "-id"), show=lambda row: row)
        currency = given.get("currency") or get_brand().default_currency
        return Response({"items": show_shop(found["items"], currency=currency, at=now()), "next": found["next"]})


class ShopPost(ApiView):
    callers: ClassVar[frozenset[Caller]] = ANYONE
    read_scope = "social:read"

    @extend_schema(operation_id="social_post", responses=shapes.ShopPostDocument, tags=["social"])
    def get(self, request: Request, post_id: UUID) -> Response:
        """One of them."""
        post = list_public().filter(pk=post_id).first()
        if post is None:
            raise PostNotFound()
        return Response(show_shop([post], currency=get_brand().default_currency, at=now())[0])


class Picture(ApiView):
    callers: ClassVar[frozenset[Caller]] = ANYONE
    read_scope = "social:read"

    @extend_schema(
        operation_id="social_picture",
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
        parameters=[OpenApiParameter("v", {"type": "string", "maxLength": 40}, description="Lets browsers keep it.")],
        tags=["social"],
    )
    def get(self, request: Request, post_id: UUID) -> HttpResponse:
        """The picture: to everybody once it is approved, before that to staff and to whom it is by."""
        principal = principal_of(request)
        post = Post.objects.filter(pk=post_id).exclude(media="").first()
        public = post is not None and list_public().filter(pk=post_id).exists()
        if post is None or not (
            public
            or (principal.customer_id is not None and principal.customer_id == post.customer_id)
            or (
                principal.kind is Caller.STAFF and request._request.staff_user.has_perm("campaign_social.view_post")  # type: ignore[attr-defined]  # left by the authentication
            )
        ):
            raise PostNotFound()
        with post.media.open("rb") as file:
            response = HttpResponse(file.read(), content_type="image/jpeg")
        # An approved picture may be taken back: kept an hour, not for ever.
        response["Cache-Control"] = "public, max-age=3600" if public else "private, no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class MyHandles(ApiView):
    callers: ClassVar[frozenset[Caller]] = CUSTOMER

    @extend_schema(operation_id="me_social_handles", responses=shapes.HandleListDocument, tags=["social"])
    def get(self, request: Request) -> Response:
        """My handles, and what is still to be done to prove them."""
        rows = HandleClaim.objects.filter(customer_id=own_id(request)).order_by("claimed_at", "id")
        return Response({"items": [show_handle(row) for row in rows], "next": None})

    @extend_schema(
        operation_id="me_social_handles_add",
        request=shapes.HandleInput,
        responses={201: shapes.HandleDocument},
        tags=["social"],
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        """Say which handle is mine. A follow after this proves it."""
        given = read_input(shapes.HandleInput, request)
        claim = claim_handle(customer_id=own_id(request), **given, by=context_of(request), at=now())
        return Response(show_handle(claim), status=201)


class MyHandle(ApiView):
    callers: ClassVar[frozenset[Caller]] = CUSTOMER

    @extend_schema(operation_id="me_social_handles_remove", responses={204: None}, tags=["social"])
    @write
    def delete(self, request: Request, claim_id: UUID) -> HttpResponse:
        """Take a handle back."""
        if not drop_handle(customer_id=own_id(request), claim_id=claim_id, at=now()):
            raise NotFound()
        return Response(status=204)


class MyPosts(ApiView):
    callers: ClassVar[frozenset[Caller]] = CUSTOMER

    @extend_schema(
        operation_id="me_posts", parameters=PAGE_PARAMETERS, responses=shapes.MyPostListDocument, tags=["social"]
    )
    def get(self, request: Request) -> Response:
        """My pictures with the brand's hashtag, and which of them you would like to show (`rights` is `asked`)."""
        rows = Post.objects.filter(customer_id=own_id(request))
        return Response(page(request, rows, by=("-posted_at", "-id"), show=show_mine))


class MyPostRights(ApiView):
    callers: ClassVar[frozenset[Caller]] = CUSTOMER

    @extend_schema(
        operation_id="me_posts_rights",
        request=shapes.AnswerInput,
        responses=shapes.MyPostDocument,
        tags=["social"],
    )
    @write
    def post(self, request: Request, post_id: UUID) -> HttpResponse:
        """Say yes or no to showing a picture of mine. A yes can be taken back here or in the preferences."""
        given = read_input(shapes.AnswerInput, request)
        post = answer_rights(
            post_id=post_id,
            is_given=given["given"],
            how="account",
            customer_id=own_id(request),
            proof=_proof(request),
            by=context_of(request),
            at=now(),
        )
        return Response(show_mine(post))


class LinkRights(ApiView):
    """The holder of a signed link, which went to the handle, answers without a log-in."""

    callers: ClassVar[frozenset[Caller]] = ANYONE
    read_scope = write_scope = "social:write"

    @extend_schema(operation_id="social_rights_read", responses=shapes.MyPostDocument, tags=["social"])
    def get(self, request: Request, rights_token: str) -> Response:
        """What is asked."""
        return Response(show_mine(post_behind(rights_token)))

    @extend_schema(
        operation_id="social_rights_answer",
        request=shapes.AnswerInput,
        responses=shapes.MyPostDocument,
        tags=["social"],
    )
    @write
    def post(self, request: Request, rights_token: str) -> HttpResponse:
        """Say yes or no."""
        given = read_input(shapes.AnswerInput, request)
        post = answer_rights(
            post_id=post_behind(rights_token).pk,
            is_given=given["given"],
            how="link",
            proof=_proof(request),
            by=context_of(request),
            at=now(),
        )
        return Response(show_mine(post))


class _Webhook(IncomingView):
    """Signed by the platform or the bridge to it."""

    kind: ClassVar[str] = ""

    @property
    def door(self) -> str:
        return f"social {self.kind}"

    def receive(self, request: Request) -> Response:
        fresh = receive_webhook(
            kind=self.kind,
            body=request._request.body,
            signature=request.headers.get(SIGNATURE_HEADER, "")[:500],
            by=context_of(request),
            at=now(),
        )
        return Response({"received": fresh})


class PostWebhook(_Webhook):
    kind = "post"

    @extend_schema(operation_id="social_post_webhook", request=None, responses=shapes.WebhookDocument, tags=["social"])
    @write
    def post(self, request: Request) -> HttpResponse:
        """A post with the brand's hashtag: `{id, platform, external_id, handle, caption, permalink, media_url or

        media_base64, alt, posted_at}`, signed in `X-Signature: t=<seconds>,v1=<HMAC-SHA256 of "t.body">`.
        """
        return self.receive(request)


class FollowWebhook(_Webhook):
    kind = "follow"

    @extend_schema(
        operation_id="social_follow_webhook", request=None, responses=shapes.WebhookDocument, tags=["social"]
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        """Somebody follows the brand: `{id, platform, handle, followed_at}`, signed as posts are."""
        return self.receive(request)


def post_behind(token: str) -> Post:
    """Raises LinkNotValid."""
    post_id = post_of_token(token)
    post = get_post(post_id) if post_id and Post.objects.filter(pk=post_id).exists() else None
    if post is None or post.rights == Rights.NONE:
        raise LinkNotValid()
    return post


def _proof(request: Request) -> dict[str, str]:
    return {
        "user_agent": str(request.headers.get("user-agent", ""))[:300],
        "request_id": context_of(request).request_id,
    }
