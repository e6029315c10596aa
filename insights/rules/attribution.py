"""How an order is shared out over its touches. Pure; whole minor units by the largest remainder, so that

credits under every model sum to the order exactly. Worked numbers in docs/algorithms/attribution.md.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from omnichannel.kernel.money import split_by_weight


class Model(StrEnum):
    """The words of `insights.states.AttributionModel`, which has their labels."""

    FIRST = "first"
    LAST = "last"
    LINEAR = "linear"
    TIME_DECAY = "time_decay"
    POSITION = "position"


#: A touch a week before the order is worth half of one at the order.
HALF_LIFE = timedelta(days=7)
_SCALE = 10**9


def share_out(model: Model, *, amount_minor: int, at: Sequence[datetime], converted_at: datetime) -> list[int]:
    """Credits of the touches at these moments, first to last; they sum to `amount_minor` when there is a touch."""
    return split_by_weight(amount_minor, weights(model, at=at, converted_at=converted_at))


def weights(model: Model, *, at: Sequence[datetime], converted_at: datetime) -> list[int]:
    """Relative weights, whole and ≥ 0; at least one is positive.

    first       all to the first touch
    last        all to the last
    linear      the same to each
    time_decay  0.5 ** (age / 7 days), age counted back from the order
    position    40 % to the first, 40 % to the last, 20 % over those between; one alone has all, two half each
    """
    count = len(at)
    if model is Model.FIRST:
        return [1] + [0] * (count - 1) if count else []
    if model is Model.LAST:
        return [0] * (count - 1) + [1] if count else []
    if model is Model.TIME_DECAY:
        return [max(1, round(_SCALE * 0.5 ** (max(converted_at - moment, timedelta(0)) / HALF_LIFE))) for moment in at]
    if model is Model.POSITION and count > 2:
        between = count - 2
        return [40 * between, *[20] * between, 40 * between]
    return [1] * count
