from django.urls import path

from customers.api import desk, me, preferences

urlpatterns = [
    path("me", me.MeView.as_view()),
    path("me/addresses", me.MyAddressesView.as_view()),
    path("me/addresses/<uuid:address_id>", me.MyAddressView.as_view()),
    path("me/preferences", preferences.MyPreferencesView.as_view()),
    path("preferences/<str:token>", preferences.LinkPreferencesView.as_view()),
    path("newsletter", preferences.NewsletterView.as_view()),
    path("newsletter/confirm", preferences.NewsletterConfirmView.as_view()),
    path("customers", desk.CustomersView.as_view()),
    path("customers/<uuid:customer_id>", desk.CustomerView.as_view()),
    path("customers/<uuid:customer_id>/addresses", desk.CustomerAddressesView.as_view()),
    path("customers/<uuid:customer_id>/addresses/<uuid:address_id>", desk.CustomerAddressView.as_view()),
]
