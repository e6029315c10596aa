"""The moderation queue: staff look, tag, ask, approve, turn down, repost."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.social.api import serializers as shapes
from campaigns.social.api.showing import show_queue
from campaigns.social.errors import PictureInvalid
from campaigns.social.models import Post
from campaigns.social.queries.posts import get_post
from campaigns.social.rules.handles import PLATFORMS
from campaigns.social.services import posts
from campaigns.social.services.pictures import MAX_BYTES
from campaigns.social.states import PostSource, PostState
from omnichannel.kernel.clock import now
from omnichannel.kernel.ids import uuid7
from omnichannel.rest.etags import etag, expected_version
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ApiView


class ModerationView(ApiView):
    callers: ClassVar[frozenset[Caller]] = frozenset({Caller.STAFF, Caller.API_KEY})
    read_scope = "social:read"
    write_scope = "social:write"
    staff_permission = "campaign_social.view_post"
    staff_write_permission = "campaign_social.change_post"


class Queue(ModerationView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="social_queue",
        parameters=[OpenApiParameter("state", {"type": "string", "enum": PostState.values}), *PAGE_PARAMETERS],
        responses=shapes.PostListDocument,
        tags=["social"],
    )
    def get(self, request: Request) -> Response:
        """Posts in one state (all without one), the newest first, and how many there are in each."""
        given = read_query(shapes.QueueQuery, request)
        rows = Post.objects.select_related("customer").filter(**given)
        found = page(request, rows, by=("-posted_at", "-id"), show=lambda row: row)
        counts = dict(Post.objects.values_list("state").annotate(n=Count("id")))
        return Response(
            {
                "items": show_queue(found["items"], at=now()),
                "next": found["next"],
                "counts": {state: counts.get(state, 0) for state in PostState.values},
            }
        )

    @extend_schema(
        operation_id="social_upload",
        request={
            "multipart/form-data": {
                "type": "object",
                "required": ["file", "handle"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "handle": {"type": "string", "maxLength": 60},
                    "platform": {"type": "string", "enum": list(PLATFORMS)},
                    "caption": {"type": "string", "maxLength": 2000},
                },
            }
        },
        responses={201: shapes.PostDocument},
        tags=["social"],
    )
    @write
    def post(self, request: Request) -> HttpResponse:
        """Upload a picture that came another way: JPEG, PNG or WebP, up to 10 MB."""
        upload = request.FILES.get("file")
        texts = {name: str(request.POST.get(name, "")) for name in ("handle", "platform", "caption")}
        if upload is None or (upload.size or 0) > MAX_BYTES or any("\x00" in text for text in texts.values()):
            raise PictureInvalid(pointer="/file")
        at = now()
        told = posts.Received(
            platform=texts["platform"] or PLATFORMS[0],
            external_id=f"upload:{uuid7().hex}",
            handle=texts["handle"][:60],
            caption=texts["caption"][:2_000],
            posted_at=at,
            source=PostSource.UPLOAD,
            content=upload.read(),
        )
        made = posts.receive_post(told=told, by=context_of(request), at=at)
        assert made is not None  # an id of our own was never here before
        return answer(made.pk, status=201)


class QueueDetail(ModerationView):
    versioned = True

    @extend_schema(operation_id="social_queue_read", responses=shapes.PostDocument, tags=["social"])
    def get(self, request: Request, post_id: UUID) -> Response:
        """One post with everything moderators know of it."""
        return answer(post_id)


class _Step(ModerationView):
    """One step of a post; a stale `If-Match` is refused."""

    versioned = True

    def run(self, request: Request, post_id: UUID, service: Callable[..., Post], **more: Any) -> Response:
        service(post_id=post_id, expected_version=expected_version(request), by=context_of(request), at=now(), **more)
        return answer(post_id)


class TagProducts(_Step):
    @extend_schema(
        operation_id="social_tag", request=shapes.ProductsInput, responses=shapes.PostDocument, tags=["social"]
    )
    @write
    def put(self, request: Request, post_id: UUID) -> HttpResponse:
        """Say by SKU what is to be seen, in the order it is offered."""
        return self.run(request, post_id, posts.tag_products, skus=read_input(shapes.ProductsInput, request)["skus"])


class AskRights(_Step):
    @extend_schema(operation_id="social_ask_rights", request=None, responses=shapes.PostDocument, tags=["social"])
    @write
    def post(self, request: Request, post_id: UUID) -> HttpResponse:
        """Ask its owner: they see the question in their account; `rights_text` is for the platform."""
        return self.run(request, post_id, posts.ask_rights)


class Approve(_Step):
    @extend_schema(operation_id="social_approve", request=None, responses=shapes.PostDocument, tags=["social"])
    @write
    def post(self, request: Request, post_id: UUID) -> HttpResponse:
        """Show it in the shop. Its owner is rewarded, once."""
        return self.run(request, post_id, posts.approve_post)


class Reject(_Step):
    @extend_schema(
        operation_id="social_reject", request=shapes.PostReasonInput, responses=shapes.PostDocument, tags=["social"]
    )
    @write
    def post(self, request: Request, post_id: UUID) -> HttpResponse:
        """Do not show it, or not any more."""
        return self.run(request, post_id, posts.reject_post, **read_input(shapes.PostReasonInput, request))


class Reconsider(_Step):
    @extend_schema(operation_id="social_reconsider", request=None, responses=shapes.PostDocument, tags=["social"])
    @write
    def post(self, request: Request, post_id: UUID) -> HttpResponse:
        """Back into the queue."""
        return self.run(request, post_id, posts.reconsider_post)


class Repost(_Step):
    @extend_schema(
        operation_id="social_repost", request=shapes.RepostInput, responses=shapes.PostDocument, tags=["social"]
    )
    @write
    def post(self, request: Request, post_id: UUID) -> HttpResponse:
        """Note that the brand shows it in its own account, and where."""
        return self.run(request, post_id, posts.note_repost, **read_input(shapes.RepostInput, request))


def answer(post_id: UUID, *, status: int = 200) -> Response:
    post = get_post(post_id)
    return Response(show_queue([post], at=now())[0], status=status, headers={"ETag": etag(post.version)})
