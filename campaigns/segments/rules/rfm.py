"""Recency, frequency and money on fixed steps, so that a score can be said in a sentence and does not move by itself
when others buy. A score is the highest step that is reached; without any order it is 1.
"""

from datetime import timedelta

from campaigns.segments.rules.tree import AllOf, Compare, Node, Not, Ordered, RfmScore, Since, Window

#: Score → the last order is at most so many days old.
RECENCY_DAYS = {5: 30, 4: 90, 3: 180, 2: 365}
#: Score → at least so many orders in the last 365 days.
FREQUENCY_ORDERS = {5: 10, 4: 5, 3: 3, 2: 2}
#: Score → at least so much spent in the last 365 days, in minor units.
MONETARY_MINOR = {5: 100_000, 4: 50_000, 3: 20_000, 2: 5_000}
YEAR = timedelta(days=365)


def unfold(score: RfmScore) -> Node:
    """The score as a condition on orders."""
    if score.op == "is":
        reached = at_least(score, score.value)
        if score.value == 5:
            return reached
        beyond = Not(at_least(score, score.value + 1))
        return AllOf((reached, beyond)) if score.value > 1 else beyond
    if score.op in (">=", ">"):
        value = score.value + (score.op == ">")
        return at_least(score, value)
    value = score.value + (score.op == "<=")
    return Not(at_least(score, value))


def at_least(score: RfmScore, value: int) -> Node:
    """Between the steps 2 and 5 as they are; 1 is everybody and 6 nobody."""
    if value <= 1:
        return Not(at_least(score, 6))
    if value > 5:
        return Ordered(count=Compare("<", 0))
    if score.part == "recency":
        return Ordered(since=Since("last", "within", timedelta(days=RECENCY_DAYS[value])))
    if score.part == "frequency":
        return Ordered(count=Compare(">=", FREQUENCY_ORDERS[value]), window=Window(span=YEAR))
    return Ordered(spend=Compare(">=", MONETARY_MINOR[value]), currency=score.currency, window=Window(span=YEAR))
