"""Who calls. Frozen ids, kind and scopes; made by the credential's own app, read by everyone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from omnichannel.kernel.channels import Channel
from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import Forbidden

if TYPE_CHECKING:
    from rest_framework.request import Request


class Caller(StrEnum):
    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    GUEST = "guest"
    DEVICE = "device"
    ASSOCIATE = "associate"
    API_KEY = "api_key"
    WRITE_KEY = "write_key"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller of one request.

    key       unique name of the caller, for throttles, idempotency keys and audit (`customer:0190…`).
    channel   what the credential proves; only an API key may state another one (`X-Channel`).
    cart_id   the one cart a guest's token opens.
    store_id  the store of the device; device_id and associate_id as enrolled and signed in.
    """

    kind: Caller
    key: str
    channel: str = Channel.WEB
    user_id: int | None = None
    customer_id: UUID | None = None
    cart_id: UUID | None = None
    store_id: UUID | None = None
    device_id: UUID | None = None
    associate_id: UUID | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def is_authenticated(self) -> bool:
        """DRF asks this of `request.user`; the principal stands in for it."""
        return self.kind is not Caller.ANONYMOUS

    def may(self, scope: str) -> bool:
        return scope in self.scopes or "*" in self.scopes

    def require_scope(self, scope: str) -> None:
        if not self.may(scope):
            raise Forbidden("scope_missing", f"This key lacks the scope {scope}.", scope=scope)


def anonymous() -> Principal:
    """UNAUTHENTICATED_USER: the caller without a credential."""
    return Principal(kind=Caller.ANONYMOUS, key="anonymous")


def principal_of(request: "Request") -> Principal:
    return cast(Principal, request.user)


def context_of(request: "Request") -> Context:
    """The circumstances a service records. Campaign fields come from the `X-Campaign` header (a query string)."""
    principal = principal_of(request)
    return Context(
        channel=principal.channel,
        store_id=principal.store_id,
        device_id=principal.device_id,
        associate_id=principal.associate_id,
        customer_id=principal.customer_id,
        actor=principal.key,
        request_id=str(getattr(request, "request_id", "") or getattr(request._request, "request_id", "")),
        campaign=_campaign(request),
        anonymous_id=anonymous_id_of(request),
    )


def anonymous_id_of(request: Any) -> str:
    """What a person's own browser or app calls itself. A store's device is shared, so what it says counts for nobody."""
    if principal_of(request).kind not in _PEOPLE:
        return ""
    given = str(request.META.get("HTTP_X_ANONYMOUS_ID", ""))
    return given if 3 <= len(given) <= 200 and given.isascii() and given.isprintable() else ""


_PEOPLE = frozenset({Caller.ANONYMOUS, Caller.GUEST, Caller.CUSTOMER})


_CAMPAIGN_FIELDS = frozenset(
    {
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_content",
        "utm_term",
        "utm_id",
        "gclid",
        "fbclid",
        "msclkid",
        "post_id",
    }
)


def _campaign(request: Any) -> dict[str, str]:
    header = request.META.get("HTTP_X_CAMPAIGN")
    if not header:
        return {}
    from django.http import QueryDict

    return {name: str(value)[:200] for name, value in QueryDict(header[:2000]).items() if name in _CAMPAIGN_FIELDS}
