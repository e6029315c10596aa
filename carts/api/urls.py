"""`/cart/…` is the caller's own, `/carts/{cart_id}/…` a named one: the same views."""

from django.urls import URLPattern, path

from carts.api.views import carts, lines

_SHARED = [
    ("lines", lines.Lines),
    ("lines/<uuid:line_id>", lines.LineDetail),
    ("batch", lines.Batch),
    ("scan", lines.ScanView),
    ("history", carts.History),
]


def _both(route: str, view: type) -> list[URLPattern]:
    return [path(f"cart/{route}", view.as_view()), path(f"carts/<uuid:cart_id>/{route}", view.as_view())]  # type: ignore[attr-defined]


urlpatterns = [
    path("cart", carts.OwnCart.as_view()),
    path("carts", carts.WalkInCarts.as_view()),
    path("carts/<uuid:cart_id>", carts.CartDetail.as_view()),
    path("customers/<uuid:customer_id>/cart", carts.CustomerCart.as_view()),
    *[pattern for route, view in _SHARED for pattern in _both(route, view)],
]
