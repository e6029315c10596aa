"""Is the friend somebody else? Contact details as they compare, whatever spelling was typed. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_ALIASES = {"googlemail.com": "gmail.com"}
#: Providers that deliver `a.b@` and `ab@` to one mailbox.
_DOTS_IGNORED = frozenset({"gmail.com"})
_STREETS = {
    "street": "st", "avenue": "ave", "road": "rd", "lane": "ln", "drive": "dr", "boulevard": "blvd", "court": "ct",
    "place": "pl", "square": "sq", "apartment": "apt", "strasse": "str", "north": "n", "south": "s", "east": "e",
    "west": "w",
}  # fmt: skip


def email_key(email: str) -> str:
    """One key for all addresses that reach the same mailbox: no plus-alias, no dots where they are ignored."""
    local, at, domain = email.strip().lower().rpartition("@")
    if not at:
        return ""
    domain = _ALIASES.get(domain, domain)
    local = local.partition("+")[0] or local
    if domain in _DOTS_IGNORED:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def phone_key(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def address_key(address: Mapping[str, object]) -> str:
    """Street and house, postal code and country as they compare; empty when there is too little to compare."""
    line = " ".join(str(address.get(name) or "") for name in ("line1", "line2"))
    plain = "".join(c for c in unicodedata.normalize("NFKD", line) if not unicodedata.combining(c)).casefold()
    words = [_STREETS.get(word, word) for word in re.findall(r"[a-z0-9]+", plain)]
    postal = re.sub(r"[^A-Z0-9]", "", str(address.get("postal_code") or "").upper())
    country = str(address.get("country") or "").upper()
    return f"{' '.join(words)}|{postal}|{country}" if words and postal else ""


@dataclass(frozen=True, slots=True)
class Traces:
    """What is known of one side. `devices` are people's own browsers and phones, never a store's tablet."""

    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    payments: frozenset[str] = frozenset()


#: What each reason says to whoever reviews it.
REASONS: Mapping[str, str] = {
    "same_email": "Both write from the same mailbox",
    "same_phone": "Both have the same phone number",
    "same_address": "Both have the same address",
    "same_device": "Both used the same browser or phone",
    "same_payment": "Both paid with the same card",
    "friends_one_card": "Another friend of theirs paid with the same card",
    "friends_one_device": "Another friend of theirs ordered in the same browser or phone",
    "velocity": "Unusually many friends in a short time",
    "own_code": "The member used their own code",
    "existing_customer": "The friend had bought before",
    "circular": "The friend had invited the member",
    "below_minimum": "The order is below the minimum",
    "used_before": "The friend used a code before",
    "returned": "The goods went back before it counted",
    "nobody": "Nobody knows who the friend is",
    "declined": "Refused in review",
}


def compare(member: Traces, friend: Traces) -> list[str]:
    """Why the two may be one person; each is a reason to look, none is a verdict.

    A store's network and tablet are shared by everyone who shops there, so they are not among the traces.
    """
    pairs = (
        ("same_email", member.emails & friend.emails),
        ("same_phone", member.phones & friend.phones),
        ("same_address", member.addresses & friend.addresses),
        ("same_device", member.devices & friend.devices),
        ("same_payment", member.payments & friend.payments),
    )
    return [reason for reason, shared in pairs if shared - {""}]


@dataclass(frozen=True, slots=True)
class FirstOrder:
    """What is asked of a friend's order before anybody is rewarded.

    worth_minor  what the friend keeps: goods after discounts, without shipping and tax, less what went back.
    """

    worth_minor: int
    is_own: bool = False
    bought_before: bool = False
    used_before: bool = False
    invited_the_member: bool = False
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Judgement:
    refused: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)


def judge_first_order(
    order: FirstOrder,
    *,
    minimum_minor: int,
    member: Traces,
    friend: Traces,
    recent: int,
    velocity_limit: int,
    among_friends: Sequence[str] = (),
) -> Judgement:
    """Refused for what the terms exclude; flagged for what only looks like it. Neither: it counts.

    recent         how many friends used the member's code within the terms' hours, this one included.
    among_friends  the reasons in what this friend shares with others of the member's.
    """
    refused = [
        reason
        for reason, holds in (
            ("nobody", not order.is_known),
            ("own_code", order.is_own),
            ("existing_customer", order.bought_before),
            ("used_before", order.used_before),
            ("circular", order.invited_the_member),
            ("below_minimum", not is_enough(order.worth_minor, minimum_minor)),
        )
        if holds
    ]
    if refused:
        return Judgement(refused=refused)
    flagged = [*compare(member, friend), *among_friends]
    if recent > velocity_limit:
        flagged.append("velocity")
    return Judgement(flagged=flagged)


def is_enough(worth_minor: int, minimum_minor: int) -> bool:
    """Something must be kept, and at least the minimum."""
    return worth_minor > 0 and worth_minor >= minimum_minor


def worth_kept(lines: list[tuple[int, int, int]]) -> int:
    """Goods after discounts that stay with the buyer. Lines: (quantity, kept quantity, worth of the whole line)."""
    return sum(worth * kept // quantity for quantity, kept, worth in lines if quantity)
