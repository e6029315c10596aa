"""The endpoints. They answer as Segment's do: 200 when the batch was taken, with the bad messages named."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.tracking.auth import WriteKeyAuthentication
from customers.api.tracking.body import BatchTooLarge, read_body
from customers.models import Source
from customers.rules.tracking import BATCH_EVENTS, TYPES, Arrival, parse_time
from customers.services.tracking import Taken, take_batch
from customers.services.watching import note_batch
from omnichannel.kernel.clock import now
from omnichannel.kernel.errors import NotFound
from omnichannel.rest.idempotency import write
from omnichannel.rest.principal import Caller, context_of
from omnichannel.rest.views import ApiView

#: A page may send from anywhere: a key writes, reads nothing, and no cookie counts here.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "authorization, content-type, content-encoding",
    "Access-Control-Max-Age": "7200",
}


class TrackingView(ApiView):
    authentication_classes = (WriteKeyAuthentication,)
    callers = frozenset({Caller.WRITE_KEY})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        for name, value in CORS.items():
            response[name] = value
        return super().finalize_response(request, response, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method != "OPTIONS":
            super().initial(request, *args, **kwargs)

    @extend_schema(exclude=True)
    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return Response(status=204)

    @extend_schema(exclude=True)
    @write
    def post(self, request: Request, kind: str) -> Response:
        """`batch` and `import` carry many messages, the others one of their kind."""
        body = read_body(request)
        many = kind in ("batch", "import")
        if not many and kind not in _SHORT:
            raise NotFound()
        if not isinstance(body, dict):
            raise ParseError("The body is a JSON object.")
        raws = body.get("batch") if many else [body]
        if not isinstance(raws, list):
            raise ParseError("A batch has its messages in the list `batch`.")
        if len(raws) > BATCH_EVENTS:
            raise BatchTooLarge(f"A batch holds at most {BATCH_EVENTS} messages.")
        at = now()
        context = body.get("context") if many else None
        source = cast(Source, request.auth)
        taken = take_batch(
            raws=raws,
            type_="" if many else _SHORT[kind],
            arrival=Arrival(
                received_at=at,
                sent_at=parse_time(body.get("sentAt")),
                is_import=kind == "import",
                context=context if isinstance(context, dict) else {},
            ),
            source=source,
            by=context_of(request),
        )
        note_batch(source_id=source.pk, taken=taken, at=at)
        return Response(_answer(taken))


#: The short forms are what browser libraries use.
_SHORT = {name: name for name in TYPES} | {name[0]: name for name in ("track", "page", "identify", "group", "alias")}
_SHORT["screen"] = "screen"


def _answer(taken: Taken) -> dict[str, Any]:
    return {
        "success": True,
        "accepted": len(taken.messages),
        "duplicates": len(taken.messages) - len(taken.stored),
        "rejected": [
            {"index": one.index, "message_id": one.message_id or None, "code": one.code, "title": one.title}
            for one in taken.refused
        ],
    }
