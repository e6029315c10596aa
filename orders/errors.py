"""What orders refuse, by code."""

from typing import ClassVar

from omnichannel.kernel.errors import Conflict, Forbidden, NotFound, RuleViolation


class OrderNotFound(NotFound):
    """The same words whether the order is missing or somebody else's."""


class AlreadyPlaced(Conflict):
    code: ClassVar[str] = "already_placed"
    title: ClassVar[str] = "This cart has become an order."


class TotalChanged(Conflict):
    code: ClassVar[str] = "total_changed"
    title: ClassVar[str] = "The total has changed since you saw it."


class CartNotReady(RuleViolation):
    code: ClassVar[str] = "cart_not_ready"
    title: ClassVar[str] = "Something in the cart stands in the way."


class TendersDoNotFit(RuleViolation):
    code: ClassVar[str] = "payments_do_not_fit"
    title: ClassVar[str] = "The payments do not fit the total."


class PaymentNotPossible(RuleViolation):
    code: ClassVar[str] = "payment_not_possible"
    title: ClassVar[str] = "This way of paying is not open here."


class OrderUnpaid(Conflict):
    code: ClassVar[str] = "order_unpaid"
    title: ClassVar[str] = "This order is not paid yet."


class TransitionRefused(Conflict):
    code: ClassVar[str] = "state_refused"
    title: ClassVar[str] = "This step does not follow the present state."


class PickupCodeWrong(RuleViolation):
    code: ClassVar[str] = "pickup_code_wrong"
    title: ClassVar[str] = "This is not the code of this pickup."


class NotCancellable(Conflict):
    code: ClassVar[str] = "not_cancellable"
    title: ClassVar[str] = "What has left the store cannot be cancelled; it can be returned."


class NotReturnable(Conflict):
    code: ClassVar[str] = "not_returnable"
    title: ClassVar[str] = "There are not that many units to give back."


class NotEditable(Conflict):
    code: ClassVar[str] = "not_editable"
    title: ClassVar[str] = "This can no longer be changed."


class LinkNotValid(NotFound):
    code: ClassVar[str] = "link_not_valid"
    title: ClassVar[str] = "This link is not valid any more."


class SignatureInvalid(Forbidden):
    code: ClassVar[str] = "signature_invalid"
    title: ClassVar[str] = "The message is not signed by the gateway."


class NothingShips(RuleViolation):
    code: ClassVar[str] = "nothing_ships"
    title: ClassVar[str] = "No store ships at present."
