"""`/cart/…` is the caller's own, `/carts/{cart_id}/…` a named one: the same views. Lists likewise."""

from django.urls import URLPattern, path

from carts.api.views import carts, details, lines, lists, moving
from omnichannel.rest.views import ApiView

_CART: list[tuple[str, type[ApiView]]] = [
    ("lines", lines.Lines),
    ("lines/<uuid:line_id>", lines.LineDetail),
    ("lines/<uuid:line_id>/save-for-later", lists.SaveForLater),
    ("lines/<uuid:line_id>/move-to-wish-list", lists.MoveToWishList),
    ("batch", lines.Batch),
    ("scan", lines.ScanView),
    ("codes", details.Codes),
    ("codes/<str:code>", details.CodeDetail),
    ("fulfilment", details.Fulfilment),
    ("contact", details.Contact),
    ("note", details.Note),
    ("shipping-methods", details.ShippingMethodList),
    ("merges/<uuid:merge_id>/undo", moving.UndoMerge),
    ("handoff", moving.Handoff),
    ("links", moving.Links),
    ("history", carts.History),
]
_LISTS: list[tuple[str, type[ApiView]]] = [
    ("", lists.WishListCollection),
    ("/<uuid:list_id>", lists.WishListView),
    ("/<uuid:list_id>/items", lists.WishListItems),
    ("/<uuid:list_id>/items/<uuid:item_id>", lists.WishListItemView),
    ("/<uuid:list_id>/items/<uuid:item_id>/move-to-cart", lists.ItemToCart),
    ("/<uuid:list_id>/share", lists.Share),
]


def _below(prefixes: tuple[str, str], route: str, view: type[ApiView]) -> list[URLPattern]:
    return [path(f"{prefix}{route}", view.as_view()) for prefix in prefixes]


urlpatterns = [
    path("cart", carts.OwnCart.as_view()),
    path("carts", carts.WalkInCarts.as_view()),
    path("carts/<uuid:cart_id>", carts.CartDetail.as_view()),
    path("carts/<uuid:cart_id>/customer", moving.Attach.as_view()),
    path("customers/<uuid:customer_id>/cart", carts.CustomerCart.as_view()),
    path("cart/merge", moving.Merge.as_view()),
    path("handoffs/redeem", moving.RedeemHandoff.as_view()),
    path("cart-links/restore", moving.RestoreLink.as_view()),
    path("shared-lists/<str:token>", lists.SharedListView.as_view()),
    *[pattern for route, view in _CART for pattern in _below(("cart/", "carts/<uuid:cart_id>/"), route, view)],
    *[
        pattern
        for route, view in _LISTS
        for pattern in _below(("wish-lists", "customers/<uuid:customer_id>/wish-lists"), route, view)
    ],
]
