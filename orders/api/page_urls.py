from django.urls import path

from orders.api.pages import payment_page

urlpatterns = [path("<str:token>", payment_page, name="payment-page")]
