"""What one person of the house writes to one customer: through the same gate as everything else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from campaigns.messages.rules.gate import TOP_PRIORITY, Candidate, Verdict
from campaigns.messages.services.proposing import propose
from customers.queries import get_customer
from omnichannel.kernel.ids import uuid7

SOURCE = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """channels  in the order they are tried.
    purpose   `marketing` needs what marketing needs; `transactional` (an answer, a matter of an order) minds
              suppression alone.
    author    as customers may call them; empty signs with the brand's name alone.
    """

    customer_id: UUID
    subject: str
    words: str
    channels: tuple[str, ...]
    purpose: str
    author: str = ""


def write_letter(*, letter: Letter, at: datetime) -> Verdict:
    """Have the gate judge the letter and, where it may go, write it down to be sent after commit.

    Locks   the customer.
    Emits   MessageSent where it is there as soon as it is written (the inbox).
    Raises  CustomerNotFound.
    """
    customer = get_customer(letter.customer_id)
    candidate = Candidate(
        customer_id=customer.pk,
        template_key="letter",
        dedup_key=f"letter:{uuid7(at)}",
        source=SOURCE,
        purpose=letter.purpose,
        channels=letter.channels,
        priority=TOP_PRIORITY,
        data={"letter": {"subject": letter.subject, "words": letter.words, "from": letter.author}},
    )
    return propose(candidates=[candidate], at=at)[0]
