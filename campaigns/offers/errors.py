"""What offers and codes refuse, by code."""

from omnichannel.kernel.errors import Conflict, NotFound, RuleViolation


class OfferMissing(NotFound):
    code = "offer_missing"
    title = "There is no such offer."


class OfferKeyTaken(Conflict):
    code = "offer_key_taken"
    title = "Another offer has this key."


class OfferInvalid(RuleViolation):
    """`data.problems` says, part by part, what is wrong, in words for the marketer."""

    code = "offer_invalid"
    title = "This offer cannot be used as it is written."


class OfferEnded(Conflict):
    code = "offer_ended"
    title = "This offer has ended. Copy it to run it again."


class OfferNotLive(RuleViolation):
    code = "offer_not_live"
    title = "This offer is not live: publish it first."


class OfferStepUnknown(Conflict):
    code = "offer_step_unknown"
    title = "The offer cannot go there from where it stands."


class LimitBelowUse(RuleViolation):
    code = "offer_limit_below_use"
    title = "More than this has been used already."


class CodeTaken(Conflict):
    code = "offer_code_taken"
    title = "This code exists already."


class CodeUnreadable(RuleViolation):
    code = "offer_code_unreadable"
    title = "A code is 3 to 40 letters, digits and dashes."


class TooManyCodes(RuleViolation):
    code = "offer_codes_too_many"
    title = "At most 1,000,000 codes are made in one go."


class CodeGone(NotFound):
    code = "offer_code_missing"
    title = "There is no such code."


class CodeNotKnown(RuleViolation):
    code = "offer_code_unknown"
    title = "We do not know this code."


class BatchMissing(NotFound):
    code = "offer_batch_missing"
    title = "There is no such batch of codes."


class CodeUsed(RuleViolation):
    code = "code_used"
    title = "This code has been used already."


class OfferUsedUp(RuleViolation):
    code = "offer_used_up"
    title = "This offer has given away all it had."


class OfferUsedByPerson(RuleViolation):
    code = "offer_used_by_person"
    title = "This offer has been used as often as one person may."
