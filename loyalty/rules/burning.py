"""What points are worth and how many a bill may take. Pure; worked numbers in docs/algorithms/points.md."""

from dataclasses import dataclass
from typing import Protocol


class _Rate(Protocol):
    currency: str
    burn_points: int
    burn_minor: int
    burn_minimum: int
    burn_step: int
    burn_max_share_pct: int


@dataclass(frozen=True, slots=True)
class Terms:
    """`points` points are worth `minor` minor units of `currency`."""

    currency: str
    points: int
    minor: int
    minimum: int = 1
    step: int = 1
    max_share_pct: int = 100

    @classmethod
    def of(cls, programme: _Rate) -> "Terms":
        return cls(
            currency=programme.currency,
            points=programme.burn_points,
            minor=programme.burn_minor,
            minimum=programme.burn_minimum,
            step=programme.burn_step,
            max_share_pct=programme.burn_max_share_pct,
        )

    def worth(self, points: int) -> int:
        """Minor units for so many points: never more than they are worth."""
        return max(0, points) * self.minor // self.points

    def points_for(self, amount_minor: int) -> int:
        """Points for an amount: the fewest that are worth it."""
        return -(-amount_minor * self.points // self.minor)


@dataclass(frozen=True, slots=True)
class Refusal:
    code: str
    title: str
    limit: int


def refuse_burn(terms: Terms, points: int, *, amount_minor: int, total_minor: int) -> Refusal | None:
    """Why this many points may not pay `amount_minor` of a bill of `total_minor`; None when they may."""
    if points < max(1, terms.minimum):
        return Refusal("points_under_minimum", f"At least {terms.minimum} points are spent at once.", terms.minimum)
    if points % terms.step:
        return Refusal("points_not_in_steps", f"Points are spent in steps of {terms.step}.", terms.step)
    most = total_minor * terms.max_share_pct // 100
    if amount_minor > most:
        return Refusal(
            "points_over_share", f"Points may pay at most {terms.max_share_pct}% of a bill.", terms.max_share_pct
        )
    return None


def points_back(total_points: int, *, captured_minor: int, refunded_minor: int) -> int:
    """Points given back once `refunded_minor` of `captured_minor` went back, in all: every one with the last cent."""
    if refunded_minor >= captured_minor:
        return total_points
    return total_points * refunded_minor // captured_minor


def most_points(terms: Terms, available: int, *, total_minor: int) -> int:
    """The most points a bill may take of those available: within its share, in steps, none below the minimum."""
    most = min(available, (total_minor * terms.max_share_pct // 100) * terms.points // terms.minor)
    most -= most % terms.step
    return most if most >= max(1, terms.minimum) else 0
