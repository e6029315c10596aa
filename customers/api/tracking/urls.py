from django.urls import re_path

from customers.api.tracking.views import TrackingView

urlpatterns = [re_path(r"^(?P<kind>[a-z]{1,10})/?$", TrackingView.as_view(), name="tracking")]
