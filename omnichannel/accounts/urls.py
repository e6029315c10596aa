from django.urls import path

from omnichannel.accounts import views

urlpatterns = [
    path("login/", views.sign_in),
    path("second-step/", views.second_step, name="staff-second-step"),
]
