"""What carts hold of a person: carts with their address and contact, wish lists."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from carts.models import Cart, CartAccess, CartMerge, WishList, WishListItem
from carts.queries.access import internally
from carts.queries.documents import list_documents
from carts.services.merging import CustomerMerge, merge_carts, undo_merge
from carts.services.repricing import reprice_cart
from carts.states import CartStatus, ListKind
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.personal_data import MoveReport


class CartRecords:
    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        lists = WishList.objects.filter(customer_id=customer_id).order_by("id")
        return {
            "carts": [orjson.loads(document) for document in list_documents(customer_id)],
            "wish_lists": [
                {
                    "name": each.name,
                    "kind": each.kind,
                    "items": [
                        {
                            "sku": item.variant.sku,
                            "quantity": item.quantity,
                            "note": item.note,
                            "added_at": item.added_at.isoformat(),
                        }
                        for item in WishListItem.objects.filter(wish_list=each).select_related("variant")
                    ],
                }
                for each in lists
            ],
        }

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """What never became an order goes; of the rest only the rows that orders stand on stay, without the person."""
        mine = Cart.objects.filter(customer_id=customer_id)
        CartAccess.objects.filter(cart__in=mine).delete()
        CartMerge.objects.filter(target__in=mine).update(report=[], before={})
        mine.filter(status__in=[CartStatus.OPEN, CartStatus.MERGED]).delete()
        mine.update(email="", ship_to={}, note="", document="{}", fulfilment={})
        WishList.objects.filter(customer_id=customer_id).delete()

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        """Carts and lists go to the other customer; of two open carts one goes into the other, line by line."""
        theirs = Cart.objects.filter(customer_id=from_id, status=CartStatus.OPEN).first()
        both = theirs is not None and Cart.objects.filter(customer_id=to_id, status=CartStatus.OPEN).exists()
        if theirs is not None and both:
            merge_carts(
                source_id=theirs.pk,
                customer_id=to_id,
                by=SYSTEM,
                at=now(),
                because=CustomerMerge(merge_id=merge_id, from_id=from_id),
            )
        carts = Cart.objects.filter(customer_id=from_id).update(
            customer_id=to_id, moved_in_merge=merge_id, moved_from=from_id
        )
        if theirs is not None and not both:
            reprice_cart(ref=internally(theirs.pk), at=now())
        lists = 0
        for each in WishList.objects.filter(customer_id=from_id).order_by("id"):
            each.moved_in_merge, each.moved_from = merge_id, from_id
            each.moved_was = {"kind": each.kind, "is_default": each.is_default}
            mine = WishList.objects.filter(customer_id=to_id)
            if each.kind == ListKind.SAVED and mine.filter(kind=ListKind.SAVED).exists():
                each.kind = ListKind.WISH
            if each.is_default and mine.filter(kind=ListKind.WISH, is_default=True).exists():
                each.is_default = False
            each.customer_id = to_id
            each.save()
            lists += 1
        return MoveReport(moved={"carts": carts, "wish_lists": lists})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        """Back to whom they came from; a merge of two carts is undone unless its order was placed."""
        moved = Cart.objects.filter(moved_in_merge=merge_id)
        open_ones = list(moved.filter(status=CartStatus.OPEN).values_list("pk", flat=True))
        carts = 0
        for cart in moved.order_by("id"):
            Cart.objects.filter(pk=cart.pk).update(customer_id=cart.moved_from, moved_in_merge=None, moved_from=None)
            carts += 1
        for merge in CartMerge.objects.filter(
            customer_merge_id=merge_id, undone_at=None, target__status=CartStatus.OPEN
        ):
            undo_merge(ref=internally(merge.target_id), merge_id=merge.pk, by=SYSTEM, at=now())
            open_ones.append(merge.source_id)
        for cart_id in open_ones:
            reprice_cart(ref=internally(cart_id), at=now())
        lists = 0
        for each in WishList.objects.filter(moved_in_merge=merge_id):
            assert each.moved_from is not None, "set together with the merge"
            each.customer_id, each.kind, each.is_default = (
                each.moved_from,
                each.moved_was["kind"],
                each.moved_was["is_default"],
            )
            each.moved_in_merge, each.moved_from, each.moved_was = None, None, {}
            each.save()
            lists += 1
        return MoveReport(moved={"carts": carts, "wish_lists": lists})
