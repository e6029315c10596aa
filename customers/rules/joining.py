"""Whose history is this? Pure.

A browser or an app calls itself by an id of its own. What it did joins a customer when they log in, order or are
identified there. Nothing else joins: two people who each proved an address stay two, whatever a page claims, and what
many people use belongs to nobody.
"""

from dataclasses import dataclass
from uuid import UUID

#: What libraries send when they have no id. Such a value would make one person of a thousand.
BLOCKED_VALUES = frozenset(
    {
        "", "0", "-1", "1", "null", "(null)", "nil", "none", "undefined", "nan", "n/a", "na", "false", "true",
        "anonymous", "anon", "guest", "visitor", "unknown", "user", "id", "test", "default", "[object object]",
        "00000000-0000-0000-0000-000000000000",
    }
)  # fmt: skip
LONGEST_VALUE = 200
#: More of a kind than this is no person: a script that asks for a new id with every call.
LIMITS = {"anonymous": 200, "external": 20, "social": 20, "email": 20, "phone": 20}


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody says that an identity is this customer's.

    is_shared  it came from a device that many people use.
    """

    kind: str
    value: str
    customer_id: UUID
    is_shared: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """What is known.

    owner                whose the identity is now; None for nobody's.
    is_blocked           several people were seen to use it.
    of_customer          how many of the kind the customer has.
    claimed_email_owner  who has proven the address that came with the claim, where one came.
    """

    owner: UUID | None = None
    is_blocked: bool = False
    of_customer: int = 0
    claimed_email_owner: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """joins   it is the customer's now.
    code    joined, already, blocked_value, shared_device, blocked, other_verified_email, held_by_other or too_many.
    blocks  from now on it is known to be used by several people.
    """

    joins: bool
    code: str
    blocks: bool = False


def is_usable(value: str) -> bool:
    """Whether a value can stand for one person or one browser."""
    plain = value.strip()
    return 3 <= len(plain) <= LONGEST_VALUE and plain.lower() not in BLOCKED_VALUES and plain.isprintable()


def judge(claim: Claim, held: Held) -> Verdict:
    """The order matters: what is wrong with the value, then with the place, then with the people."""
    if not is_usable(claim.value):
        return Verdict(False, "blocked_value")
    if claim.is_shared:
        return Verdict(False, "shared_device")
    if held.owner == claim.customer_id:
        return Verdict(False, "already")
    if held.is_blocked:
        return Verdict(False, "blocked")
    if held.claimed_email_owner is not None and held.claimed_email_owner != claim.customer_id:
        return Verdict(False, "other_verified_email")
    if held.owner is not None:
        # The first one's history stays theirs; from now on nobody's follows this browser.
        return Verdict(False, "held_by_other", blocks=claim.kind == "anonymous")
    if held.of_customer >= LIMITS.get(claim.kind, 20):
        return Verdict(False, "too_many")
    return Verdict(True, "joined")


def judge_alias(previous: str, user: str) -> str:
    """Why one name cannot become another: `same` or `blocked_value`; empty when it may be tried.

    Names never lead to names, only to a customer, so a chain of them cannot run in a circle.
    """
    if previous == user:
        return "same"
    return "" if is_usable(previous) and is_usable(user) else "blocked_value"
