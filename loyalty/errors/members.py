"""What membership and referrals refuse, by code."""

from omnichannel.kernel.errors import Conflict, NotFound, RuleViolation


class NotAMember(NotFound):
    code = "not_a_member"
    title = "This customer has not joined the programme yet."


class CardUnknown(RuleViolation):
    code = "card_unknown"
    title = "This is not one of our membership cards."


class EnrolTokenInvalid(RuleViolation):
    code = "enrol_token_invalid"
    title = "This invitation cannot be read. Scan the code again, or join without it."


class EnrolTokenExpired(RuleViolation):
    code = "enrol_token_expired"
    title = "This invitation has expired. You can join without it."


class ReferralMissing(NotFound):
    """Missing, or not the caller's to see."""


class ReferralUsed(Conflict):
    code = "referral_used"
    title = "You have used a friend's code already. Take it out to go on."


class ReferralNotInReview(Conflict):
    code = "referral_not_in_review"
    title = "This referral is not waiting for review any more."


class TriggerUnknown(RuleViolation):
    code = "trigger_unknown"
    title = "Nothing is given for this."


class ProgrammeClosed(Conflict):
    code = "programme_published"
    title = "Published terms are not changed. Make a new version."


class TermsInvalid(RuleViolation):
    code = "terms_invalid"
    title = "These terms do not fit together."


class GoLiveInPast(RuleViolation):
    code = "go_live_in_past"
    title = "Terms go live now or later: what was promised stays."


class AmountZero(RuleViolation):
    code = "amount_zero"
    title = "Say how much to give, or with a minus how much to take."


class ReasonMissing(RuleViolation):
    code = "reason_missing"
    title = "Say why: it stands on the customer's statement."


class AdjustmentClosed(Conflict):
    code = "adjustment_closed"
    title = "This was decided already."


class AdjustmentOwn(Conflict):
    code = "adjustment_own"
    title = "Somebody else has to approve what you asked for."


class PointsWhole(RuleViolation):
    code = "points_whole"
    title = "Points are whole."
