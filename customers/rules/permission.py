"""Who may be sent what. Pure; the reasons are shown to people as they stand."""

from dataclasses import dataclass

#: What a person has coming: their receipt, their parcel, their password. It needs no consent.
TRANSACTIONAL = "transactional"
#: Seen only by those who open our own app, or stand before us: allowed until they say no.
OPT_OUT_CHANNELS = frozenset({"inbox", "tablet"})
#: Cannot be written to without an address of this kind on the profile.
ADDRESSED_CHANNELS = frozenset({"email", "sms"})


@dataclass(frozen=True, slots=True)
class Permission:
    """allowed   whether it may be sent.
    code      allowed, unknown_customer, no_address, suppressed, withdrawn or no_consent.
    reason    the same for a person.
    """

    allowed: bool
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one customer for one channel and purpose.

    address      where it would go; empty when there is none.
    suppression  why nothing may go there; empty when it may.
    consent      the last word, one of ConsentState; empty when there is none.
    """

    is_known: bool
    address: str
    suppression: str
    consent: str


def decide_permission(standing: Standing, *, channel: str, purpose: str) -> Permission:
    """An address that bounced comes before all else; then what the person said."""
    if not standing.is_known:
        return Permission(False, "unknown_customer", "There is no such customer.")
    if channel in ADDRESSED_CHANNELS and not standing.address:
        what = "email address" if channel == "email" else "mobile number"
        return Permission(False, "no_address", f"We have no {what} of theirs.")
    if standing.suppression:
        return Permission(False, "suppressed", f"The address is on the suppression list: {standing.suppression}.")
    if purpose == TRANSACTIONAL:
        return Permission(True, "allowed", "It is about their own order or account.")
    what = f"{_PURPOSES.get(purpose, purpose)} {_CHANNELS.get(channel, f'on {channel}')}"
    if standing.consent == "withdrawn":
        return Permission(False, "withdrawn", f"They said no to {what}.")
    if standing.consent == "granted":
        return Permission(True, "allowed", f"They said yes to {what}.")
    if channel in OPT_OUT_CHANNELS and purpose == "marketing":
        return Permission(True, "allowed", f"They did not say no to {what}.")
    return Permission(False, "no_consent", f"They never said yes to {what}.")


_PURPOSES: dict[str, str] = {
    "marketing": "news and offers",
    "advertising": "advertising",
    "photos": "showing their photos",
}
_CHANNELS: dict[str, str] = {
    "email": "by email",
    "sms": "by text message",
    "push": "as push messages",
    "mail": "by post",
    "inbox": "in the app",
    "tablet": "in the store",
    "ads": "on other sites",
    "social": "on social media",
}
