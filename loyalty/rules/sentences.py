"""Terms as sentences: what a rule says is what people read, in the editor, on lists and in the simulator. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from omnichannel.kernel.money import format_money

_TRIGGERS = {
    "sign_up": "joins the programme",
    "enrol_postcard": "joins by the QR on a postcard",
    "social_follow": "follows the brand",
    "photo_approved": "has a photo with the brand’s hashtag approved",
    "newsletter": "confirms the newsletter",
    "review": "writes a review that is published",
}
_CHANNELS = {
    "web": "on the website", "mobile": "in the app", "tablet": "in a store", "pos": "at the till", "social": "on social media",
    "phone": "by phone", "marketplace": "on a marketplace",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RuleText:
    """What a rule's sentence is made of. `names`: what stores, products and categories are called."""

    kind: str
    points: int
    per_minor: int
    factor: Decimal
    trigger: str
    once_per_customer: bool
    cap_points: int | None
    cap_days: int | None
    conditions: Mapping[str, Any]
    currency: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def rule_sentence(rule: RuleText) -> str:
    """“Gives 2 points for every $1.00 spent on Women › Jackets, in the app, from 1 June 2026.”"""
    parts = [_gives(rule), *_conditions(rule)]
    limits = []
    if rule.kind == "event" and rule.once_per_customer:
        limits.append("once per customer")
    if rule.cap_points:
        limits.append(
            f"at most {_points(rule.cap_points)}{f' in {rule.cap_days} days' if rule.cap_days else ' in all'}"
        )
    sentence = ", ".join([" ".join(parts), *limits])
    return f"{sentence}{_dates(rule)}."


def _gives(rule: RuleText) -> str:
    points = _points(rule.points)
    if rule.kind == "spend":
        return f"Gives {points} for every {format_money(rule.per_minor, rule.currency)} spent"
    if rule.kind == "multiplier":
        return f"Gives {_factor(rule.factor)} times the points for the same spending"
    if rule.kind == "bonus":
        return f"Gives {points} once for the order"
    return f"Gives {points} when somebody {_TRIGGERS.get(rule.trigger, rule.trigger.replace('_', ' '))}"


def _conditions(rule: RuleText) -> list[str]:
    wanted, said = rule.conditions, []
    goods = [_named(rule, wanted.get(name)) for name in ("categories", "products", "variants")]
    if any(goods):
        said.append("on " + ", ".join(each for each in goods if each))
    if wanted.get("not_categories"):
        said.append(f"except on {_named(rule, wanted['not_categories'])}")
    if channels := wanted.get("channels"):
        said.append(_or([_CHANNELS.get(name, name) for name in channels]))
    if stores := wanted.get("stores"):
        said.append(f"at {_named(rule, stores)}")
    if tiers := wanted.get("tiers"):
        said.append(f"by members of {_or(list(tiers))}")
    if wanted.get("first_order"):
        said.append("in a first order")
    if least := wanted.get("minimum_minor"):
        said.append(f"in orders of {format_money(int(least), rule.currency)} or more")
    return said


def _named(rule: RuleText, keys: Sequence[str] | None) -> str:
    return _or([rule.names.get(str(key), str(key).replace("/", " › ")) for key in keys]) if keys else ""


def _dates(rule: RuleText) -> str:
    start, end = rule.valid_from, rule.valid_until
    if start and end:
        return f", from {_day(start)} until {_day(end)}"
    return f", until {_day(end)}" if end else ""


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _or(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}" if words else ""


def _points(number: int) -> str:
    return f"{number:,} point{'' if number == 1 else 's'}"


def _factor(factor: Decimal) -> str:
    return f"{factor.normalize():f}"


@dataclass(frozen=True, slots=True)
class TermsText:
    """The points programme as its sentences say it."""

    currency: str
    members_only: bool
    pending_days: int
    expiry: str
    expiry_months: int
    burn_points: int
    burn_minor: int
    burn_minimum: int
    burn_step: int
    burn_max_share_pct: int
    debt_policy: str


_DEBT = {
    "debt": "what was spent meanwhile is owed and taken from the next points",
    "within_balance": "what is left is taken and the rest forgotten",
    "write_off": "what was spent meanwhile is let go",
}


def terms_sentences(terms: TermsText) -> list[str]:
    earn = "Members earn" if terms.members_only else "Every customer we know earns"
    wait = f"after {terms.pending_days} days" if terms.pending_days else "at once"
    gone = (
        "They do not expire"
        if terms.expiry == "never"
        else f"They expire {terms.expiry_months} months after they were earned"
    )
    step = f", in steps of {terms.burn_step}" if terms.burn_step > 1 else ""
    share = f", for up to {terms.burn_max_share_pct}% of a bill" if terms.burn_max_share_pct < 100 else ""
    return [
        f"{earn} points for orders in {terms.currency}; they may be spent {wait}.",
        f"{gone}.",
        f"{_points(terms.burn_points)} {'is' if terms.burn_points == 1 else 'are'} worth {format_money(terms.burn_minor, terms.currency)}, from {_points(terms.burn_minimum)} on{step}{share}.",
        f"When an order comes back, its points are taken back: {_DEBT[terms.debt_policy]}.",
    ]


@dataclass(frozen=True, slots=True)
class ReferralText:
    is_open: bool
    currency: str
    member_minor: int
    friend_minor: int
    voucher_days: int
    minimum_minor: int
    qualifies: str
    qualify_days: int
    clawback: str
    velocity_limit: int
    velocity_hours: int


def referral_sentences(terms: ReferralText) -> list[str]:
    if not terms.is_open:
        return ["Codes are refused: the programme is closed."]
    least = f" of {format_money(terms.minimum_minor, terms.currency)} or more" if terms.minimum_minor else ""
    when = (
        "as soon as it is paid"
        if terms.qualifies == "at_once"
        else f"{terms.qualify_days} days later, when it was kept"
    )
    back = {
        "debt": "both vouchers are taken back; what was spent is owed",
        "within_balance": "what is left of both vouchers is taken back",
        "write_off": "what is unspent of both vouchers is taken back",
    }[terms.clawback]
    return [
        f"A friend’s first order{least} gives the member {format_money(terms.member_minor, terms.currency)} and the friend {format_money(terms.friend_minor, terms.currency)}, {when}.",
        f"Vouchers expire after {terms.voucher_days} days. When the order comes back, {back}.",
        f"More than {terms.velocity_limit} friends in {terms.velocity_hours} hours, or signs of one person on both sides, wait for review.",
    ]
