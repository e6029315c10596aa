from django.urls import include, path, re_path

from demo import views

urlpatterns = [
    path("mailbox/", include("demo.mailbox")),
    path("account/", include("demo.account")),
    path("network/", include("demo.network")),
    path("", views.show, name="demo-show"),
    path("join/", views.join, name="demo-join"),
    path("log-ins", views.log_ins, name="demo-log-ins"),
    path("device-codes", views.device_codes, name="demo-device-codes"),
    re_path(r"^(?P<name>phone|web|tablet|social)/$", views.client, name="demo-client"),
]
