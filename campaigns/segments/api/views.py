"""Segments for staff and other systems: build a rule, see whom it takes and why, keep it."""

import base64
import binascii
from time import perf_counter
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.segments.api import serializers as wire
from campaigns.segments.api.members import member_page
from campaigns.segments.errors import ListUnreadable, TreeInvalid
from campaigns.segments.models import Segment, SegmentVersion
from campaigns.segments.queries.asking import count_tree
from campaigns.segments.queries.known import read_checked
from campaigns.segments.queries.members import get_segment, matches, sample_tree
from campaigns.segments.queries.reach import count_reach
from campaigns.segments.queries.vocabulary import get_vocabulary
from campaigns.segments.rules.explain import explain
from campaigns.segments.services import lists, saving
from campaigns.segments.states import SegmentState
from campaigns.segments.tasks import build
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ApiView

#: A rule that takes longer is refused as busy, so that nobody's preview holds the database.
PREVIEW_LIMIT_MS = 20_000


class _Segments(ApiView):
    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "segments:read"
    write_scope = "segments:write"
    staff_permission = "campaign_segments.view_segment"
    staff_write_permission = "campaign_segments.change_segment"


class PreviewView(_Segments):
    """Whom a rule takes at this moment, exactly counted, some of them with the reasons. Nothing is kept."""

    write_scope = "segments:read"
    staff_write_permission = ""

    @extend_schema(operation_id="segments_preview", request=wire.SegmentPreviewIn, responses=wire.SegmentPreviewOut)
    @write
    def post(self, request: Request) -> Response:
        given = read_input(wire.SegmentPreviewIn, request)
        started, at = perf_counter(), now()
        try:
            tree, known = read_checked(given["tree"])
        except TreeInvalid as error:
            raise wire.refused(error) from error
        _limit_time()
        counted = count_tree(tree, at=at)
        took = perf_counter() - started
        answer: dict[str, Any] = {
            "count": counted.count,
            "of": counted.of,
            "alone": counted.alone,
            "sentence": explain(tree, known.names),
            "took_ms": round(1000 * took),
            "sample": [
                {"customer": row.customer_id, "name": row.name, "reasons": list(row.reasons)}
                for row in sample_tree(tree, given.get("sample", 10), at=at, skip=given.get("skip", 0))
            ],
            "reach": count_reach(tree, at=at) if given.get("reach") else None,
            "person": None,
        }
        if "customer" in given:
            inside, reason = matches(tree, given["customer"], at)
            answer["person"] = {"customer": given["customer"], "inside": inside, "reason": reason}
        return Response(answer)


class VocabularyView(_Segments):
    """What a rule may speak of: events seen, fields, categories, stores, marks, segments."""

    @extend_schema(operation_id="segments_vocabulary", responses=wire.VocabularyOut)
    def get(self, request: Request) -> Response:
        return Response(get_vocabulary())


class SegmentsView(_Segments):
    """Segments by name."""

    @extend_schema(
        operation_id="segments_list", parameters=[wire.SegmentQuery, *PAGE_PARAMETERS], responses=wire.SegmentPage
    )
    def get(self, request: Request) -> Response:
        query = read_query(wire.SegmentQuery, request)
        rows = Segment.objects.all()
        if "state" in query:
            rows = rows.filter(state=query["state"])
        if "q" in query:
            rows = rows.filter(name__istartswith=query["q"])
        return Response(page(request, rows, by=("name", "id"), show=wire.show_segment))

    @extend_schema(operation_id="segments_create", request=wire.SegmentIn, responses={201: wire.SegmentOut})
    @write
    def post(self, request: Request) -> Response:
        given = read_input(wire.SegmentIn, request)
        live = given.pop("live", False)
        by, at = context_of(request), now()
        try:
            segment = saving.create_segment(new=saving.NewSegment(**given), by=by, at=at)
        except TreeInvalid as error:
            raise wire.refused(error) from error
        if live and segment.state == SegmentState.DRAFT:
            segment = saving.change_state(segment_id=segment.pk, state=SegmentState.LIVE, by=by, at=at)
            _build_soon(segment)
        return Response(wire.show_segment(segment), status=201)


class SegmentView(_Segments):
    """One segment."""

    @extend_schema(operation_id="segments_get", responses=wire.SegmentOut)
    def get(self, request: Request, segment_id: UUID) -> Response:
        return Response(wire.show_segment(get_segment(segment_id)))

    @extend_schema(operation_id="segments_update", request=wire.SegmentChange, responses=wire.SegmentOut)
    @write
    def patch(self, request: Request, segment_id: UUID) -> Response:
        given = read_input(wire.SegmentChange, request)
        by, at = context_of(request), now()
        segment = saving.rename_segment(
            segment_id=segment_id, name=given.get("name"), description=given.get("description"), at=at
        )
        try:
            if "tree" in given:
                segment = saving.save_rule(segment_id=segment_id, tree=given["tree"], by=by, at=at)
            if "state" in given:
                segment = saving.change_state(segment_id=segment_id, state=given["state"], by=by, at=at)
        except TreeInvalid as error:
            raise wire.refused(error) from error
        _build_soon(segment)
        return Response(wire.show_segment(segment))

    @extend_schema(operation_id="segments_delete", request=None, responses={204: None})
    @write
    def delete(self, request: Request, segment_id: UUID) -> Response:
        saving.delete_draft(segment_id=segment_id)
        return Response(status=204)


class VersionsView(_Segments):
    """The rule as it was saved each time, the newest first."""

    @extend_schema(operation_id="segments_versions", parameters=PAGE_PARAMETERS, responses=wire.SegmentVersionPage)
    def get(self, request: Request, segment_id: UUID) -> Response:
        read_query(wire.EmptyQuery, request)
        rows = SegmentVersion.objects.filter(segment=get_segment(segment_id))
        return Response(page(request, rows, by=("-version",), show=wire.show_version))


class MembersView(_Segments):
    """Who is in it, since when and why: now, or as of any moment."""

    @extend_schema(
        operation_id="segments_members",
        parameters=[wire.MembersQuery, *PAGE_PARAMETERS],
        responses=wire.SegmentMemberPage,
    )
    def get(self, request: Request, segment_id: UUID) -> Response:
        query = read_query(wire.MembersQuery, request)
        return Response(member_page(request, get_segment(segment_id), query.get("at")))

    @extend_schema(operation_id="segments_change_list", request=wire.ListChange, responses=wire.SegmentListReportOut)
    @write
    def post(self, request: Request, segment_id: UUID) -> Response:
        given = read_input(wire.ListChange, request)
        report = lists.change_list(
            segment_id=segment_id,
            add=given.get("add", ()),
            remove=given.get("remove", ()),
            by=context_of(request),
            at=now(),
        )
        return Response(_show_report(report))


class UploadView(_Segments):
    """Fill a list from a file."""

    @extend_schema(operation_id="segments_upload_list", request=wire.ListUpload, responses=wire.SegmentListReportOut)
    @write
    def post(self, request: Request, segment_id: UUID) -> Response:
        given = read_input(wire.ListUpload, request)
        try:
            content = base64.b64decode(given["content_base64"], validate=True)
        except (binascii.Error, ValueError) as error:
            raise ListUnreadable(pointer="/content_base64") from error
        report = lists.upload_list(
            segment_id=segment_id,
            content=content,
            replace=given.get("replace", False),
            by=context_of(request),
            at=now(),
        )
        return Response(_show_report(report))


def _show_report(report: lists.ListReport) -> dict[str, Any]:
    return {
        "added": report.added,
        "already": report.already,
        "removed": report.removed,
        "unknown": [{"line": row.line, "value": row.value, "why": row.why} for row in report.unknown[:1_000]],
    }


def _build_soon(segment: Segment) -> None:
    """Everybody is asked by a worker; were the message lost, the beat finds it unbuilt."""
    if segment.state == SegmentState.LIVE and segment.built_version != segment.version:
        transaction.on_commit(lambda: build.delay(str(segment.pk)), robust=True)


def _limit_time() -> None:
    """And no plan made for other values: each rule's statement is planned for its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
        cursor.execute("SELECT set_config('statement_timeout', %s::text, true)", [str(PREVIEW_LIMIT_MS)])
