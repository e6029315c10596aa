"""Messages as those who write them see them: why somebody got one or not, templates, their look."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.messages.api import serializers as shapes
from campaigns.messages.errors import MailServerAway, TemplateNotFound
from campaigns.messages.models import Decision, Template
from campaigns.messages.rules.catalogue import ALL_KEYS
from campaigns.messages.rules.rendering import TemplateProblem
from campaigns.messages.services.preview import preview, preview_paper, send_test
from campaigns.messages.services.templates import TemplateText, live_template, save_template
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ApiView

__all__ = ["PaperView", "TemplateView", "TemplatesView", "TestView", "WhyView"]


class WhyView(ApiView):
    """Every candidate of every send with its verdict: why sent, or why not."""

    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "messages:read"
    staff_permission = "campaign_messages.view_decision"

    @extend_schema(
        operation_id="messages_why", parameters=[shapes.WhyQuery, *PAGE_PARAMETERS], responses=shapes.DecisionPage
    )
    def get(self, request: Request) -> Response:
        query = read_query(shapes.WhyQuery, request)
        rows = Decision.objects.select_related("customer", "message")
        if "customer" in query:
            rows = rows.filter(Q(customer_id=query["customer"]) | Q(customer__merged_into=query["customer"]))
        fields = {"template": "template_key", "campaign": "campaign_id"}
        for name in ("template", "outcome", "campaign", "code", "source"):
            if name in query:
                rows = rows.filter(**{fields.get(name, name): query[name]})
        if "days" in query:
            rows = rows.filter(created_at__gte=now() - timedelta(days=query["days"]))
        return Response(page(request, rows, by=("-id",), show=shapes.show_decision))


class _Templates(ApiView):
    callers = frozenset({Caller.STAFF})
    staff_permission = "campaign_messages.view_template"
    staff_write_permission = "campaign_messages.change_template"


class TemplatesView(_Templates):
    @extend_schema(operation_id="message_templates_list", responses=shapes.MessageTemplateList)
    def get(self, request: Request) -> Response:
        """Every message there is, with the channels it has words for."""
        rows = Template.objects.filter(is_live=True, locale="en").order_by("name")
        return Response({"items": [shapes.show_summary(row) for row in rows], "next": None})


class TemplateView(_Templates):
    @extend_schema(operation_id="message_template", responses=shapes.MessageTemplateOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(shapes.show_template(live_template(_known(key))))

    @extend_schema(
        operation_id="message_template_save", request=shapes.MessageTemplateIn, responses=shapes.MessageTemplateOut
    )
    @write
    def put(self, request: Request, key: str) -> Response:
        """Save the next version; it is sent from now on. A template that cannot be filled is not saved."""
        words = _words(_known(key), read_input(shapes.MessageTemplateIn, request))
        saved = save_template(key=key, locale="en", words=words, by=context_of(request), at=now())
        return Response(shapes.show_template(saved))


class PreviewView(_Templates):
    staff_write_permission = "campaign_messages.view_template"

    @extend_schema(
        operation_id="message_template_preview", request=shapes.TemplatePreviewIn, responses=shapes.TemplatePreviewOut
    )
    @write
    def post(self, request: Request, key: str) -> Response:
        """How these words would look to a real person. Saves nothing."""
        given = read_input(shapes.TemplatePreviewIn, request)
        shown = preview(
            key=_known(key), words=_words(key, given["words"]), order_id=given.get("order"),
            customer_id=given.get("customer"), at=now(),
        )  # fmt: skip
        return Response(
            {
                "subject": shown.subject, "html": shown.html, "text": shown.text, "problems": shown.problems,
                "links": shown.links, "others": shown.others, "notes": shown.notes,
            }
        )  # fmt: skip


class PaperView(_Templates):
    staff_write_permission = "campaign_messages.view_template"

    @extend_schema(operation_id="message_template_paper", request=shapes.TemplatePreviewIn, responses=shapes.PaperOut)
    @write
    def post(self, request: Request, key: str) -> Response:
        """The postcard of these words as a PDF. Saves nothing."""
        given = read_input(shapes.TemplatePreviewIn, request)
        words = _words(_known(key), given["words"])
        try:
            pdf = preview_paper(key=key, words=words, customer_id=given.get("customer"), at=now())
        except TemplateProblem:
            pdf = ""
        return Response({"pdf": pdf})


class TestView(_Templates):
    @extend_schema(operation_id="message_template_test", request=shapes.TemplateTestIn, responses=shapes.SentTestOut)
    @write
    def post(self, request: Request, key: str) -> Response:
        """Mail these words to a colleague, marked as a test."""
        given = read_input(shapes.TemplateTestIn, request)
        try:
            shown = send_test(
                key=_known(key), words=_words(key, given["words"]), recipient=given["to"],
                customer_id=given.get("customer"), order_id=given.get("order"), at=now(),
            )  # fmt: skip
        except OSError as error:
            raise MailServerAway() from error
        return Response({"sent": not shown.problems, "problems": shown.problems})


def _known(key: str) -> str:
    if key not in ALL_KEYS:
        raise TemplateNotFound()
    return key


def _words(key: str, given: dict[str, Any]) -> TemplateText:
    # What it is for is the product's to say, not the writer's.
    return TemplateText(**given, purpose=live_template(key).purpose)
