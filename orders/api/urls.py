from django.urls import path

from orders.api.views import changes, checkout, fulfilments, orders, payments, recording

urlpatterns = [
    path("checkout", checkout.Checkout.as_view()),
    path("checkout/quote", checkout.Quote.as_view()),
    path("carts/<uuid:cart_id>/checkout", checkout.Checkout.as_view()),
    path("carts/<uuid:cart_id>/checkout/quote", checkout.Quote.as_view()),
    path("orders", orders.Orders.as_view()),
    path("orders/lookup", orders.Lookup.as_view()),
    path("orders/request-link", orders.LinkRequest.as_view()),
    path("orders/record", recording.Record.as_view()),
    path("orders/status/<str:token>", orders.StatusLink.as_view()),
    path("orders/<uuid:order_id>", orders.OrderDetail.as_view()),
    path("orders/<uuid:order_id>/cancel", changes.Cancel.as_view()),
    path("orders/<uuid:order_id>/edits", changes.Edits.as_view()),
    path("orders/<uuid:order_id>/edits/preview", changes.EditPreviewView.as_view()),
    path("orders/<uuid:order_id>/returns", changes.Returns.as_view()),
    path("orders/<uuid:order_id>/returns/preview", changes.ReturnPreview.as_view()),
    path("orders/<uuid:order_id>/payments", payments.Payments.as_view()),
    path("orders/<uuid:order_id>/payment-links", payments.PaymentLinks.as_view()),
    path("payment-links/<uuid:link_id>", payments.PaymentLinkDetail.as_view()),
    path("pay/<str:token>", payments.Pay.as_view()),
    path("gateways/<str:provider>/webhook", payments.GatewayWebhook.as_view()),
    path("fulfilments", fulfilments.Fulfilments.as_view()),
    path("fulfilments/<uuid:fulfilment_id>/accept", fulfilments.Accept.as_view()),
    path("fulfilments/<uuid:fulfilment_id>/pick", fulfilments.Pick.as_view()),
    path("fulfilments/<uuid:fulfilment_id>/ready", fulfilments.Ready.as_view()),
    path("fulfilments/<uuid:fulfilment_id>/collect", fulfilments.Collect.as_view()),
    path("fulfilments/<uuid:fulfilment_id>/ship", fulfilments.Ship.as_view()),
    path("fulfilments/<uuid:fulfilment_id>/deliver", fulfilments.Deliver.as_view()),
    path("fulfilments/<uuid:fulfilment_id>/reject", fulfilments.Reject.as_view()),
]
