"""Webhook endpoints with their log and replay; API keys."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from omnichannel.integrations.api import serializers as wire
from omnichannel.integrations.errors import KeyNotFound
from omnichannel.integrations.queries import get_endpoint, get_message, list_api_keys, list_endpoints, list_messages
from omnichannel.integrations.services import endpoints, keys
from omnichannel.integrations.services.replaying import replay_message, replay_since
from omnichannel.kernel.clock import now
from omnichannel.rest.idempotency import write
from omnichannel.rest.pagination import PAGE_PARAMETERS, page
from omnichannel.rest.principal import Caller, context_of, principal_of
from omnichannel.rest.serializers import read_input, read_query
from omnichannel.rest.views import ApiView, secret_json


class _Webhooks(ApiView):
    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "webhooks:read"
    write_scope = "webhooks:write"
    staff_permission = "integrations.change_webhookendpoint"


class EndpointsView(_Webhooks):
    """Where this house tells other systems of facts."""

    @extend_schema(operation_id="webhook_endpoints_list", parameters=PAGE_PARAMETERS, responses=wire.EndpointPage)
    def get(self, request: Request) -> Response:
        read_query(wire.EmptyQuery, request)
        return Response(page(request, list_endpoints(), show=wire.show_endpoint))

    @extend_schema(
        operation_id="webhook_endpoints_create", request=wire.EndpointIn, responses={201: wire.EndpointSecretOut}
    )
    @write
    def post(self, request: Request) -> Response:
        given = read_input(wire.EndpointIn, request)
        endpoint, secret = endpoints.create_endpoint(
            url=given["url"], facts=given.get("facts", ()), description=given.get("description", ""), at=now()
        )
        return secret_json(wire.show_endpoint(endpoint) | {"secret": secret}, status=201)


class EndpointView(_Webhooks):
    """One webhook endpoint."""

    @extend_schema(operation_id="webhook_endpoints_get", responses=wire.EndpointOut)
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        return Response(wire.show_endpoint(get_endpoint(endpoint_id)))

    @extend_schema(operation_id="webhook_endpoints_update", request=wire.EndpointChange, responses=wire.EndpointOut)
    @write
    def patch(self, request: Request, endpoint_id: UUID) -> Response:
        given = read_input(wire.EndpointChange, request)
        endpoint = endpoints.update_endpoint(
            endpoint_id=endpoint_id,
            at=now(),
            url=given.get("url"),
            facts=given.get("facts"),
            description=given.get("description"),
            state=given.get("state"),
        )
        return Response(wire.show_endpoint(endpoint))

    @extend_schema(operation_id="webhook_endpoints_delete", request=None, responses={204: None})
    @write
    def delete(self, request: Request, endpoint_id: UUID) -> Response:
        endpoints.delete_endpoint(endpoint_id=endpoint_id)
        return Response(status=204)


class EndpointSecretView(_Webhooks):
    """A new signing secret; for a day messages are signed with both."""

    @extend_schema(
        operation_id="webhook_endpoints_rotate_secret", request=wire.EmptyIn, responses=wire.EndpointSecretOut
    )
    @write
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        read_input(wire.EmptyIn, request)
        endpoint, secret = endpoints.rotate_secret(endpoint_id=endpoint_id, at=now())
        return secret_json(wire.show_endpoint(endpoint) | {"secret": secret})


class EndpointPingView(_Webhooks):
    """Send a message that tells of nothing."""

    @extend_schema(operation_id="webhook_endpoints_ping", request=wire.EmptyIn, responses={202: wire.MessageOut})
    @write
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        read_input(wire.EmptyIn, request)
        return Response(wire.show_message(endpoints.send_ping(endpoint_id=endpoint_id, at=now())), status=202)


class EndpointReplayView(_Webhooks):
    """Send one message again, or everything since a point of the log."""

    @extend_schema(operation_id="webhook_endpoints_replay", request=wire.ReplayIn, responses={202: wire.EndpointOut})
    @write
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        given = read_input(wire.ReplayIn, request)
        if "message_id" in given:
            replay_message(endpoint_id=endpoint_id, message_id=given["message_id"], at=now())
        else:
            replay_since(endpoint_id=endpoint_id, after=given.get("after") or given["since"], at=now())
        return Response(wire.show_endpoint(get_endpoint(endpoint_id)), status=202)


class MessagesView(_Webhooks):
    """The log of one endpoint, newest first."""

    @extend_schema(
        operation_id="webhook_messages_list",
        parameters=[wire.MessageQuery, *PAGE_PARAMETERS],
        responses=wire.MessagePage,
    )
    def get(self, request: Request, endpoint_id: UUID) -> Response:
        query = read_query(wire.MessageQuery, request)
        endpoint = get_endpoint(endpoint_id)
        return Response(page(request, list_messages(endpoint.id, query.get("state", "")), show=wire.show_message))


class MessageView(_Webhooks):
    """One message with every try."""

    @extend_schema(operation_id="webhook_messages_get", responses=wire.MessageDetailOut)
    def get(self, request: Request, endpoint_id: UUID, message_id: UUID) -> Response:
        return Response(wire.show_message_detail(get_message(endpoint_id, message_id)))


class _Keys(ApiView):
    """Staff see and rotate all keys; a key sees and rotates itself, else it could give itself another's scopes."""

    callers = frozenset({Caller.API_KEY, Caller.STAFF})
    read_scope = "keys:read"
    write_scope = "keys:write"
    staff_permission = "integrations.change_apikey"


class ApiKeysView(_Keys):
    """API keys in use, without their secrets. A key sees itself."""

    @extend_schema(operation_id="api_keys_list", parameters=PAGE_PARAMETERS, responses=wire.ApiKeyPage)
    def get(self, request: Request) -> Response:
        read_query(wire.EmptyQuery, request)
        rows = list_api_keys()
        if (own := _own_key(request)) is not None:
            rows = rows.filter(pk=own)
        return Response(page(request, rows, show=wire.show_api_key))


class ApiKeyRotateView(_Keys):
    """A new secret for a key; the old one stays good for a day. A key may rotate itself."""

    @extend_schema(operation_id="api_keys_rotate", request=wire.EmptyIn, responses=wire.ApiKeySecretOut)
    @write
    def post(self, request: Request, key_id: UUID) -> Response:
        read_input(wire.EmptyIn, request)
        if (own := _own_key(request)) is not None and own != key_id:
            raise KeyNotFound()
        key, secret = keys.rotate_api_key(key_id=key_id, at=now(), by=context_of(request))
        return secret_json(wire.show_api_key(key) | {"secret": secret})


def _own_key(request: Request) -> UUID | None:
    principal = principal_of(request)
    return UUID(principal.key.removeprefix("api_key:")) if principal.kind is Caller.API_KEY else None
