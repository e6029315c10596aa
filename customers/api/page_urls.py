from django.urls import path

from customers.api.pages import newsletter_page, preferences_page

urlpatterns = [
    path("preferences/<str:token>/", preferences_page, name="preferences-page"),
    path("newsletter/<str:token>/", newsletter_page, name="newsletter-page"),
]
