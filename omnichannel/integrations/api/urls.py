from django.urls import path

from omnichannel.integrations.api import views

urlpatterns = [
    path("webhook-endpoints", views.EndpointsView.as_view(), name="webhook-endpoints"),
    path("webhook-endpoints/<uuid:endpoint_id>", views.EndpointView.as_view(), name="webhook-endpoint"),
    path(
        "webhook-endpoints/<uuid:endpoint_id>/rotate-secret",
        views.EndpointSecretView.as_view(),
        name="webhook-endpoint-secret",
    ),
    path("webhook-endpoints/<uuid:endpoint_id>/ping", views.EndpointPingView.as_view(), name="webhook-endpoint-ping"),
    path(
        "webhook-endpoints/<uuid:endpoint_id>/replay",
        views.EndpointReplayView.as_view(),
        name="webhook-endpoint-replay",
    ),
    path("webhook-endpoints/<uuid:endpoint_id>/messages", views.MessagesView.as_view(), name="webhook-messages"),
    path(
        "webhook-endpoints/<uuid:endpoint_id>/messages/<uuid:message_id>",
        views.MessageView.as_view(),
        name="webhook-message",
    ),
    path("api-keys", views.ApiKeysView.as_view(), name="api-keys"),
    path("api-keys/<uuid:key_id>/rotate", views.ApiKeyRotateView.as_view(), name="api-key-rotate"),
]
