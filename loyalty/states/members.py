"""Words for members and referrals, and which state of a referral may follow which."""

from django.db import models


class MemberSource(models.TextChoices):
    WEB = "web", "Website"
    MOBILE = "mobile", "Mobile app"
    STORE = "store", "In a store"
    POSTCARD = "postcard", "Postcard"
    SIGN_UP = "sign_up", "Sign-up"
    IMPORT = "import", "Imported"
    OTHER = "other", "Other"


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ReferralQualifies(models.TextChoices):
    AT_ONCE = "at_once", "As soon as the order is paid"
    AFTER_DAYS = "after_days", "When the days for a return have passed"


class DebtPolicy(models.TextChoices):
    """What happens to a reward that is taken back after it was spent."""

    DEBT = "debt", "Owe it: it is taken from what is earned next"
    WITHIN_BALANCE = "within_balance", "Take what is left, forget the rest"
    WRITE_OFF = "write_off", "Let it go: nothing is taken back"


class ReferralState(models.TextChoices):
    CLAIMED = "claimed", "Waiting for payment"
    WAITING = "waiting", "Waiting for the return window"
    FLAGGED = "flagged", "In review"
    REWARDED = "rewarded", "Rewarded"
    REFUSED = "refused", "Refused"
    RELEASED = "released", "Given back"
    CLAWED_BACK = "clawed_back", "Taken back"


#: A flagged one leaves review by a person's word or by a return, never by lapse.
REFERRAL_MOVES: dict[str, frozenset[str]] = {
    ReferralState.CLAIMED: frozenset(
        {
            ReferralState.WAITING,
            ReferralState.FLAGGED,
            ReferralState.REWARDED,
            ReferralState.REFUSED,
            ReferralState.RELEASED,
        }
    ),
    ReferralState.WAITING: frozenset(
        {ReferralState.FLAGGED, ReferralState.REWARDED, ReferralState.REFUSED, ReferralState.RELEASED}
    ),
    ReferralState.FLAGGED: frozenset(
        {ReferralState.WAITING, ReferralState.REWARDED, ReferralState.REFUSED, ReferralState.RELEASED}
    ),
    ReferralState.REWARDED: frozenset({ReferralState.CLAWED_BACK}),
    ReferralState.REFUSED: frozenset(),
    ReferralState.RELEASED: frozenset(),
    ReferralState.CLAWED_BACK: frozenset(),
}

#: States in which a friend's first order counts as used: a second claim is refused.
REFERRAL_HOLDS = (
    ReferralState.CLAIMED,
    ReferralState.WAITING,
    ReferralState.FLAGGED,
    ReferralState.REWARDED,
    ReferralState.CLAWED_BACK,
)


class AdjustmentState(models.TextChoices):
    WAITING = "waiting", "Waits for approval"
    BOOKED = "booked", "Booked"
    REFUSED = "refused", "Refused"
