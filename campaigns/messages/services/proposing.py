"""Who gets what: every candidate of every send passes here, and what was decided is kept with its reasons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.messages.errors import TemplateNotFound
from campaigns.messages.facts import MessageSent
from campaigns.messages.models import ContentBlock, Decision, Message, Template
from campaigns.messages.queries import standing
from campaigns.messages.queries.brand import brand_kit
from campaigns.messages.queries.policy import sending_policy
from campaigns.messages.queries.profile import data_for_many, names_in
from campaigns.messages.queries.templates import list_live_blocks
from campaigns.messages.rules import gate
from campaigns.messages.rules.gate import Candidate, Check, Policy, Seat, Verdict
from campaigns.messages.rules.rendering import TemplateProblem
from campaigns.messages.services.cart_links import add_restore_link
from campaigns.messages.services.dispatch import send_soon
from campaigns.messages.services.intending import write_messages
from campaigns.messages.services.rendering import render_for, sources_of, used_blocks
from campaigns.messages.services.templates import live_template
from campaigns.messages.states import MessageState, Outcome, Purpose, Way
from customers.models import Customer
from omnichannel.events.services import record
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import uuid7

__all__ = ["Candidate", "Verdict", "propose", "release_held"]
#: Nobody carries these anywhere: they are there as soon as they are written.
_LOOKED_AT = frozenset({Way.INBOX, Way.TABLET})


@dataclass(slots=True)
class _Case:
    """One candidate on its way through the gate."""

    candidate: Candidate
    decision_id: UUID
    created_at: datetime
    checks: list[Check] = field(default_factory=list)
    channel: str = ""
    outcome: str = ""
    until: datetime | None = None
    gives_up: tuple[UUID, ...] = ()
    message: Message | None = None
    template: Template | None = None

    def passes(self, check: Check) -> bool:
        self.checks.append(check)
        if not check.passed:
            self.outcome = Outcome.REFUSED
        return check.passed

    @property
    def verdict(self) -> Verdict:
        last = self.checks[-1]
        return Verdict(
            outcome=self.outcome, code=last.code if self.outcome != Outcome.SEND else "sent", until=self.until,
            reason=last.words if self.outcome != Outcome.SEND else "Every check was passed.", channel=self.channel,
            decision_id=self.decision_id, message_id=self.message.pk if self.message else None,
        )  # fmt: skip


def propose(*, candidates: Sequence[Candidate], at: datetime) -> list[Verdict]:
    """Judge candidates and write down what is to be sent; one verdict each, in the order given.

    A candidate already judged (same dedup key and source) gets its verdict again: repeating is harmless.
    Joins the caller's transaction, in which at most a few hundred should be proposed.

    Locks   the customers, in key order.
    Emits   MessageSent for what needs no carrier (inbox, tablet).
    """
    if not candidates:
        return []
    with transaction.atomic():
        known = standing.list_decided([(each.dedup_key, each.source) for each in candidates])
        fresh: dict[tuple[str, str], _Case] = {}
        for each in candidates:
            key = (each.dedup_key, each.source)
            if key not in known and key not in fresh:
                fresh[key] = _Case(each, uuid7(at), at)
        _judge(list(fresh.values()), at=at)
        _keep(list(fresh.values()), at=at)
    return [
        known.get((each.dedup_key, each.source)) or fresh[each.dedup_key, each.source].verdict for each in candidates
    ]


def release_held(*, at: datetime, limit: int = 200) -> int:
    """Judge again what waited for the end of quiet hours: consent may be gone, the cap used up. Returns how many.

    Locks   the held decisions with SKIP LOCKED, then the customers.
    Emits   MessageSent as `propose`.
    """
    with transaction.atomic():
        held = list(
            Decision.objects.select_for_update(no_key=True, skip_locked=True)
            .filter(outcome=Outcome.HELD, due_at__lte=at)
            .order_by("due_at", "id")[:limit]
        )
        cases = [_Case(_thawed(row), row.pk, row.created_at) for row in held]
        _judge(cases, at=at)
        _keep(cases, at=at)
    return len(held)


def _judge(cases: Sequence[_Case], *, at: datetime) -> None:
    """The gates, in their order; nothing is written. The more urgent candidates of a person come first."""
    if not cases:
        return
    policy, house = sending_policy(), brand_kit().time_zone
    people = standing.lock_people({case.candidate.customer_id for case in cases})
    templates = _Templates()
    for case in cases:
        person = people.get(case.candidate.customer_id)
        case.template = templates.of(case.candidate.template_key, (person.locale if person else "") or "en")
        if case.template is not None and case.template.purpose == Purpose.MARKETING:
            # No sender may call marketing something else.
            case.candidate = replace(case.candidate, purpose=Purpose.MARKETING)
    ways = standing.list_ways([case.candidate for case in cases], people, at=at)
    seats = standing.list_seats([person.pk for person in people.values()], at=at)
    taken_keys = standing.list_taken([case.candidate.dedup_key for case in cases])
    written = standing.list_written_to(
        {case.candidate.campaign_id for case in cases if case.candidate.campaign_id},
        [person.email for person in people.values()] + [person.phone for person in people.values()],
    )
    passed: list[tuple[_Case, Customer, Template]] = []
    for case in sorted(cases, key=lambda case: -case.candidate.priority):
        candidate, person = case.candidate, people.get(case.candidate.customer_id)
        if person is None:
            case.passes(Check("consent", False, "unknown_customer", "There is no such customer."))
            continue
        case.channel, check = gate.choose_channel(ways[candidate.purpose, person.pk, candidate.channels])
        if not case.passes(check) or not _admitted(case, person, policy, seats[person.pk], house, at):
            continue
        if not case.passes(_no_duplicate(case, person, taken_keys, written)):
            continue
        if case.template is None:
            case.passes(Check("content", False, "no_template", f"There is no message {candidate.template_key}."))
            continue
        _seat(case, person, seats[person.pk], taken_keys, written, at)
        passed.append((case, person, case.template))
    _write_content(passed, policy, at)
    for case, person, _ in passed:
        if case.message is None:
            seats[person.pk] = [seat for seat in seats[person.pk] if seat.message_id != case.decision_id]


def _admitted(case: _Case, person: Customer, policy: Policy, seats: Sequence[Seat], house: str, at: datetime) -> bool:
    """Holdout, cap and quiet hours, which transactional messages do not mind."""
    candidate = case.candidate
    if candidate.purpose == Purpose.TRANSACTIONAL:
        return True
    held_out = gate.check_holdout(
        person.pk, house_pct=policy.holdout_pct, own_pct=candidate.holdout_pct, own_key=candidate.source
    )
    if not case.passes(held_out):
        return False
    check, case.gives_up = gate.check_cap(case.channel, candidate.priority, seats, policy, at=at)
    if not case.passes(check):
        return False
    check, until = gate.check_quiet(case.channel, policy, standing.clock_of(person, house), at=at)
    if not case.passes(check):
        case.outcome, case.until, case.gives_up = Outcome.HELD, until, ()
        if until is not None and candidate.expires_at is not None and until >= candidate.expires_at:
            case.outcome, case.until = Outcome.REFUSED, None
        return False
    return True


def _no_duplicate(case: _Case, person: Customer, keys: set[str], written: set[tuple[UUID, str, str]]) -> Check:
    candidate = case.candidate
    if candidate.dedup_key in keys:
        return Check("duplicate", False, "duplicate", "They have this very message already.")
    address = _address(case.channel, person)
    if candidate.campaign_id and address and (candidate.campaign_id, case.channel, address) in written:
        return Check("duplicate", False, "duplicate_address", "This address has it already, under another customer.")
    return Check("duplicate", True, "first", "They do not have it yet.")


def _seat(
    case: _Case,
    person: Customer,
    seats: list[Seat],
    keys: set[str],
    written: set[tuple[UUID, str, str]],
    at: datetime,
) -> None:
    """What this candidate takes, so that the next of the same batch sees it."""
    candidate = case.candidate
    keys.add(candidate.dedup_key)
    if candidate.campaign_id:
        written.add((candidate.campaign_id, case.channel, _address(case.channel, person)))
    seats[:] = [seat for seat in seats if seat.message_id not in case.gives_up]
    if candidate.purpose != Purpose.TRANSACTIONAL and case.channel in standing.COUNTED:
        seats.append(Seat(case.decision_id, candidate.priority, at, False))


def _write_content(passed: Sequence[tuple[_Case, Customer, Template]], policy: Policy, at: datetime) -> None:
    """The content check is the rendering itself: what cannot be filled for one person is refused for that one."""
    by_template: dict[UUID, list[tuple[_Case, Customer, Template]]] = defaultdict(list)
    for entry in passed:
        by_template[entry[2].pk].append(entry)
    for entries in by_template.values():
        template = entries[0][2]
        wanted = names_in(*sources_of(template)) | {"preferences_url"}
        profiles = data_for_many([person for _, person, _ in entries], wanted, at=at)
        blocks = list_live_blocks(used_blocks(template))
        for case, person, _ in entries:
            data = {**profiles[person.pk], **standing.worded(case.candidate.data, person)}
            add_restore_link(data, person, case.candidate.utm, at=at)
            _render(case, person, template, data, blocks, policy, at)


def _render(
    case: _Case,
    person: Customer,
    template: Template,
    data: Mapping[str, Any],
    blocks: Mapping[str, ContentBlock],
    policy: Policy,
    at: datetime,
) -> None:
    candidate = case.candidate
    message_id = uuid7(at)
    try:
        shown = render_for(
            template, case.channel, data,
            html=template.html, purpose=candidate.purpose, message_id=message_id, utm=candidate.utm, blocks=blocks,
        )  # fmt: skip
    except TemplateProblem as problem:
        case.passes(
            Check("content", False, "content", f"{problem.part.replace('_', ' ').capitalize()}: {problem.title}")
        )
        case.gives_up = ()
        return
    case.passes(Check("content", True, "complete", "Everything it says could be filled in."))
    case.outcome = Outcome.SEND
    looked_at = case.channel in _LOOKED_AT
    due_at = gate.settle_until(case.channel, candidate.priority, policy, at=at)
    case.message = Message(
        id=message_id, dedup_key=candidate.dedup_key, channel=case.channel, template_key=template.key,
        template_version=template.version, blocks=shown.blocks, purpose=candidate.purpose,
        priority=candidate.priority, source=candidate.source, campaign_id=candidate.campaign_id,
        utm=dict(candidate.utm), customer=person, recipient=_address(case.channel, person), subject=shown.subject,
        html=shown.html, text=shown.text, data={**candidate.data, **({"action": shown.action} if shown.action else {})},
        state=MessageState.SENT if looked_at else MessageState.INTENDED, sent_at=at if looked_at else None,
        order_id=candidate.order_id, due_at=at if candidate.purpose == Purpose.TRANSACTIONAL else due_at,
        expires_at=candidate.expires_at, created_at=at,
    )  # fmt: skip


def _keep(cases: Sequence[_Case], *, at: datetime) -> None:
    """Messages, decisions and what they displaced, in a fixed number of statements."""
    intended = [case for case in cases if case.message is not None]
    written = write_messages([case.message for case in intended if case.message is not None])
    for case in intended:
        if case.message is not None and case.message.pk not in written:
            # Somebody else wrote it between our look and now: the database is the last judge.
            case.message, case.gives_up = None, ()
            case.passes(Check("duplicate", False, "duplicate", "They have this very message already."))
    Decision.objects.bulk_create(
        [_decision(case, at) for case in cases],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            "outcome",
            "code",
            "reason",
            "checks",
            "channel",
            "message",
            "due_at",
            "candidate",
            "decided_at",
        ],
        batch_size=500,
    )
    for case in intended:
        if case.gives_up:
            _take_back(case)
    sent = [case.message for case in intended if case.message is not None]
    record(
        *(
            MessageSent(
                message_id=message.pk, customer_id=message.customer_id, template=message.template_key,
                channel=message.channel, order_id=message.order_id, purpose=message.purpose, source=message.source,
                campaign=message.utm.get("utm_campaign", ""), campaign_id=message.campaign_id,
            )
            for message in sent
            if message.channel in _LOOKED_AT
        ),
        by=SYSTEM, at=at,
    )  # fmt: skip
    if any(message.channel not in _LOOKED_AT and message.due_at <= at for message in sent):
        transaction.on_commit(send_soon, robust=True)


def _take_back(case: _Case) -> None:
    """Less urgent ones that still waited give way; one that is on its way in this moment goes too, over the cap."""
    reason = f"A more urgent message, {case.candidate.template_key.replace('_', ' ')}, took its place."
    gone = list(
        Message.objects.filter(pk__in=case.gives_up, state=MessageState.INTENDED, attempts=0)
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    Message.objects.filter(pk__in=gone).update(state=MessageState.WITHDRAWN, reason=reason)
    Decision.objects.filter(message_id__in=gone).update(
        outcome=Outcome.REFUSED, code="superseded", reason=reason, decided_at=case.created_at
    )


def _decision(case: _Case, at: datetime) -> Decision:
    verdict, candidate = case.verdict, case.candidate
    return Decision(
        id=case.decision_id, dedup_key=candidate.dedup_key, source=candidate.source,
        customer_id=case.message.customer_id if case.message else _known(case), template_key=candidate.template_key,
        purpose=candidate.purpose, channel=case.channel, priority=candidate.priority, outcome=verdict.outcome,
        code=verdict.code, reason=verdict.reason[:300], checks=[asdict(check) for check in case.checks],
        message=case.message, campaign_id=candidate.campaign_id, due_at=case.until,
        candidate=_frozen(candidate) if case.outcome == Outcome.HELD else {}, created_at=case.created_at,
        decided_at=at,
    )  # fmt: skip


def _known(case: _Case) -> UUID | None:
    return None if case.checks and case.checks[0].code == "unknown_customer" else case.candidate.customer_id


def _address(channel: str, person: Customer) -> str:
    return {Way.EMAIL.value: person.email.lower(), Way.SMS.value: person.phone}.get(channel, "")


def _frozen(candidate: Candidate) -> dict[str, Any]:
    kept = asdict(candidate)
    for name in ("customer_id", "campaign_id", "order_id"):
        kept[name] = str(kept[name]) if kept[name] else None
    kept["expires_at"] = candidate.expires_at.isoformat() if candidate.expires_at else None
    return kept


def _thawed(row: Decision) -> Candidate:
    kept = dict(row.candidate)
    for name in ("customer_id", "campaign_id", "order_id"):
        kept[name] = UUID(kept[name]) if kept[name] else None
    kept["expires_at"] = datetime.fromisoformat(kept["expires_at"]) if kept["expires_at"] else None
    return replace(Candidate(**kept), channels=tuple(kept["channels"]))


class _Templates:
    """The live templates of one batch, looked up once each."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Template | None] = {}

    def of(self, key: str, locale: str) -> Template | None:
        if (key, locale) not in self._found:
            try:
                self._found[key, locale] = live_template(key, locale=locale)
            except TemplateNotFound:
                self._found[key, locale] = None
        return self._found[key, locale]
