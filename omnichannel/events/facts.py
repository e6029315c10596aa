"""The shape of a fact: something that happened, in the past tense, that others may act on."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Base of every published fact. Subclasses are frozen, slotted, keyword-only dataclasses.

    NAME     `<thing>.<past tense>`, for example `cart.line_added`; unique, never renamed once released.
    SUBJECT  the field that holds the id of what the fact is about.
    QUIET    True for what those who work here did by looking: nobody's open page is told of it.
    GUEST    the field whose id stands for the person as long as nobody is named: once they are, it is one more
             identity of theirs (`customers.services.joining.know_by_order`), and what came before is on their timeline.
    A field called `customer_id` puts the fact on that customer's timeline.
    Values are JSON-ready, UUIDs or aware datetimes.
    """

    NAME: ClassVar[str]
    SUBJECT: ClassVar[str]
    GUEST: ClassVar[str] = ""
    QUIET: ClassVar[bool] = False
