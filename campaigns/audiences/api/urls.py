from django.urls import path

from campaigns.audiences.api import outbox, views

urlpatterns = [
    path("audiences", views.Audiences.as_view()),
    path("audiences/<uuid:audience_id>", views.AudienceDetail.as_view()),
    path("audiences/<uuid:audience_id>/items", views.AudienceItems.as_view()),
    path("audiences/<uuid:audience_id>/destinations/<slug:platform>/people", views.AudienceMembers.as_view()),
    path("audiences/<uuid:audience_id>/days", views.AudienceDays.as_view()),
    path("ad-platforms", views.Platforms.as_view()),
    path("ad-conversions", outbox.Conversions.as_view()),
    path("ad-conversions/<uuid:conversion_id>/retry", outbox.ConversionRetry.as_view()),
    path("ad-calls", outbox.Calls.as_view()),
    path("customers/<uuid:customer_id>/audience-items", views.CustomerItems.as_view()),
    path("customers/<uuid:customer_id>/recommendations", views.CustomerRecommendations.as_view()),
    path("me/recommendations", views.MyRecommendations.as_view()),
]
