"""Print: what is carried by mail is a PDF, made once."""

from collections.abc import Iterator, Sequence

from campaigns.messages.ports import Carried, Fate, Outgoing
from campaigns.messages.services.printing import print_message
from omnichannel.kernel.clock import now


class PaperCarrier:
    def carry(self, batch: Sequence[Outgoing]) -> Iterator[Sequence[Carried]]:
        for each in batch:
            try:
                print_message(message_id=each.message_id, at=now())
                carried = Carried(each.message_id, Fate.SENT)
            except OSError as error:
                carried = Carried(each.message_id, Fate.LATER, str(error)[:200])
            yield [carried]
