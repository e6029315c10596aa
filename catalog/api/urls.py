from django.urls import path

from catalog.api import reads, writes

urlpatterns = [
    path("categories", writes.CategoriesView.as_view()),
    path("categories/<uuid:category_id>", writes.CategoryView.as_view()),
    path("products", writes.ProductsView.as_view()),
    path("products/<str:ref>", writes.ProductView.as_view()),
    path("products/<str:ref>/variants", writes.ProductVariantsView.as_view()),
    path("products/<str:ref>/relations", writes.ProductRelationsView.as_view()),
    path("products/<str:ref>/images", writes.ProductImagesView.as_view()),
    path("products/<str:ref>/images/<int:position>", writes.ProductImageView.as_view()),
    path("variants/by-code/<str:code>", reads.VariantByCodeView.as_view()),
    path("variants/<uuid:variant_id>", writes.VariantView.as_view()),
    path("variants/<uuid:variant_id>/prices", writes.VariantPricesView.as_view()),
    path("variants/<uuid:variant_id>/prices/<int:price_id>", writes.VariantPriceView.as_view()),
]
