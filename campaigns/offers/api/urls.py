from django.urls import path

from campaigns.offers.api import trying, views

urlpatterns = [
    path("offers", views.OffersView.as_view()),
    path("offers/simulate", trying.SimulateView.as_view()),
    path("offers/<uuid:offer_id>", views.OfferView.as_view()),
    path("offers/<uuid:offer_id>/publish", views.PublishView.as_view()),
    path("offers/<uuid:offer_id>/status", views.StatusView.as_view()),
    path("offers/<uuid:offer_id>/simulate", trying.SimulateOfferView.as_view()),
    path("offers/<uuid:offer_id>/codes", views.CodesView.as_view()),
    path("offers/<uuid:offer_id>/codes/<int:code_id>", views.CodeView.as_view()),
    path("offers/<uuid:offer_id>/batches", views.BatchesView.as_view()),
    path("offers/<uuid:offer_id>/batches/<uuid:batch_id>/codes.csv", views.BatchExportView.as_view()),
    path("codes/<str:code>/why", views.WhyView.as_view()),
    path("me/codes", views.MyCodesView.as_view()),
    path("customers/<uuid:customer_id>/offers", views.CustomerOffersView.as_view()),
]
