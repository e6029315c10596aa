from django.urls import path

from omnichannel.brand.api.views import BrandStylesView, BrandView

urlpatterns = [
    path("brand", BrandView.as_view(), name="brand"),
    path("brand.css", BrandStylesView.as_view(), name="brand-styles"),
]
