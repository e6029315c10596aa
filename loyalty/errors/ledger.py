"""What the ledger refuses, by code."""

from omnichannel.kernel.errors import Conflict, NotFound, RuleViolation


class NotEnoughPoints(RuleViolation):
    code = "not_enough_points"
    title = "There are not enough points for this."


class NotEnoughCredit(RuleViolation):
    code = "not_enough_credit"
    title = "There is not enough store credit for this."


class PointsNotPositive(RuleViolation):
    code = "points_not_positive"
    title = "Say how many points: a whole number above zero."


class PointsNotOffered(RuleViolation):
    code = "points_not_offered"
    title = "Points cannot be spent here at present."


class PointsTermsNotMet(RuleViolation):
    code = "points_terms_not_met"
    title = "The programme does not allow this number of points here."


class CartNeedsCustomer(RuleViolation):
    code = "cart_needs_customer"
    title = "Points belong to a customer: sign in, or say whose cart this is."


class ReferenceUsed(Conflict):
    code = "reference_used"
    title = "This was booked already."


class BalanceRefused(Conflict):
    code = "balance_refused"
    title = "The balance does not allow this."


class JournalMissing(NotFound):
    code = "journal_missing"
    title = "Nothing was booked under this reference."


class LedgerAppendOnly(Conflict):
    code = "ledger_append_only"
    title = "What was booked is not changed; book the opposite."


class JournalCrooked(Conflict):
    code = "journal_crooked"
    title = "A journal must sum to zero."
