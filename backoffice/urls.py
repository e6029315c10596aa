from django.contrib import admin
from django.urls import path

from backoffice.admin import behind, pickups

app_name = "backoffice"
urlpatterns = [
    path("behind/", admin.site.admin_view(behind.rows), name="behind"),
    path("pickups/", admin.site.admin_view(pickups.board), name="pickups"),
    path("pickups/<uuid:fulfilment_id>/<str:name>/", admin.site.admin_view(pickups.step), name="pickup_step"),
]
