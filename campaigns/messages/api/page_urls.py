from django.urls import path

from campaigns.messages.api import hooks, pages

app_name = "messages"
urlpatterns = [
    path("o/<str:token>", pages.open_view, name="open"),
    path("c/<str:token>", pages.click_view, name="click"),
    path("u/<str:token>", pages.unsubscribe_view, name="unsubscribe"),
    path("p/<path:path>.png", pages.picture_view, name="picture"),
    path("hooks/<slug:service>/", hooks.tracking_hook, name="hook"),
]
