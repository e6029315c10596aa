"""What a cart refuses, by code."""

from omnichannel.kernel.errors import Conflict, Forbidden, NotFound, RuleViolation


class NoCart(NotFound):
    """No open cart under this name, or somebody else's: the same answer."""

    code = "no_cart"
    title = "There is no open cart here."


class CartClosed(Conflict):
    code = "cart_closed"
    title = "This cart has become an order or went into another cart."


class LineMissing(NotFound):
    code = "line_missing"
    title = "This line is not in the cart."


class UnknownItem(RuleViolation):
    code = "sku_unknown"
    title = "Nothing is sold under this code."


class ItemUnavailable(RuleViolation):
    code = "unavailable"
    title = "This is not on sale at the moment."


class CurrencyMismatch(RuleViolation):
    code = "currency_mismatch"
    title = "This has no price in the cart's currency."


class QuantityTooLarge(RuleViolation):
    code = "quantity_too_large"
    title = "A line holds at most 9,999 pieces."


class TooManyLines(RuleViolation):
    code = "too_many_lines"
    title = "A cart holds at most 200 lines."


class CodeUnknown(RuleViolation):
    code = "code_unknown"
    title = "We do not know this code."


class CodeRefused(RuleViolation):
    code = "code_refused"
    title = "This code cannot be used."


class CodeMissing(NotFound):
    code = "code_missing"
    title = "This code is not in the cart."


class StoreUnknown(RuleViolation):
    code = "store_unknown"
    title = "There is no such store."


class StoreHasNoPickup(RuleViolation):
    code = "store_without_pickup"
    title = "This store does not hand over orders."


class FulfilmentIncomplete(RuleViolation):
    code = "store_needed"
    title = "Say which store it is to come from."


class ShippingMethodUnknown(RuleViolation):
    code = "shipping_method_unknown"
    title = "This way of shipping is not offered for the cart."


class TokenUnknown(RuleViolation):
    code = "cart_token_unknown"
    title = "This token opens no guest cart."


class MergeMissing(NotFound):
    code = "merge_missing"
    title = "There is no such merge."


class MergeUndone(Conflict):
    code = "merge_undone"
    title = "This merge was undone already."


class HandoffUnknown(RuleViolation):
    code = "handoff_unknown"
    title = "This code opens no cart."


class HandoffUsed(Conflict):
    code = "handoff_used"
    title = "This code was used already. Ask for a new one."


class HandoffExpired(Conflict):
    code = "handoff_expired"
    title = "This code is older than two minutes. Ask for a new one."


class LinkUnknown(RuleViolation):
    code = "cart_link_unknown"
    title = "This link opens no cart, or has expired."


class SignInNeeded(Forbidden):
    code = "sign_in_needed"
    title = "Lists belong to a customer: sign in first."


class QuoteStale(Conflict):
    code = "quote_stale"
    title = "Ask for a new quote: the cart or its price has changed since the last one."


class ListMissing(NotFound):
    code = "list_missing"
    title = "There is no such list."


class ListItemMissing(NotFound):
    code = "list_item_missing"
    title = "This is not on the list."


class TooManyLists(RuleViolation):
    code = "too_many_lists"
    title = "A customer keeps at most 50 lists."


class IdempotencyKeyWeak(RuleViolation):
    code = "idempotency_key_weak"
    title = "Without a credential the idempotency key must be a random one of 20 characters or more."
