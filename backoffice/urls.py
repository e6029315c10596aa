from django.contrib import admin
from django.urls import path

from backoffice.admin import pickups

app_name = "backoffice"
urlpatterns = [
    path("pickups/", admin.site.admin_view(pickups.board), name="pickups"),
    path("pickups/<uuid:fulfilment_id>/<str:name>/", admin.site.admin_view(pickups.step), name="pickup_step"),
]
