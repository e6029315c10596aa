from django.urls import path

from customers.api import desk, me

urlpatterns = [
    path("me", me.MeView.as_view()),
    path("me/addresses", me.MyAddressesView.as_view()),
    path("me/addresses/<uuid:address_id>", me.MyAddressView.as_view()),
    path("customers", desk.CustomersView.as_view()),
    path("customers/<uuid:customer_id>", desk.CustomerView.as_view()),
    path("customers/<uuid:customer_id>/addresses", desk.CustomerAddressesView.as_view()),
    path("customers/<uuid:customer_id>/addresses/<uuid:address_id>", desk.CustomerAddressView.as_view()),
]
