from django.urls import path

from insights.api import views

urlpatterns = [
    path("insights/sales", views.SalesView.as_view(), name="insights-sales"),
    path("insights/overview", views.OverviewView.as_view(), name="insights-overview"),
    path("insights/attribution", views.AttributionView.as_view(), name="insights-attribution"),
    path("insights/credits", views.CreditsView.as_view(), name="insights-credits"),
    path("insights/paths", views.PathsView.as_view(), name="insights-paths"),
    path("insights/paths/<uuid:order_id>", views.PathView.as_view(), name="insights-path"),
    path("insights/customers/<uuid:customer_id>", views.WorthView.as_view(), name="insights-customer"),
]
