"""Making and changing audiences, and putting people in by hand of a journey."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from campaigns.audiences.errors import AudienceNotFound, AudienceRuleInvalid, PlatformUnknown
from campaigns.audiences.facts import AudienceItemAdded, AudienceItemRemoved
from campaigns.audiences.models import Audience, AudienceItem, Destination, Member
from campaigns.audiences.ports import ad_platforms
from campaigns.audiences.rules.reading import RuleRefused, read_rule, write_rule
from campaigns.audiences.services.keeping import added, refresh_customers, removed
from campaigns.audiences.states import ItemSource
from catalog.models import Product
from omnichannel.events.facts import Fact
from omnichannel.events.services import record
from omnichannel.kernel.context import Context
from omnichannel.kernel.locks import lock_rows
from omnichannel.rest.etags import require_version


def save_audience(
    *,
    audience_id: UUID | None,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
    by: Context,
    at: datetime,
) -> Audience:
    """Make an audience (`audience_id` None) or change one.

    changes  any of key, name, rule, is_live and destinations: [{platform, remote_id, is_on}].
    Raises   AudienceNotFound, AudienceRuleInvalid, AudienceKeyTaken, PlatformUnknown, Stale.
    """
    with transaction.atomic():
        if audience_id is None:
            audience = Audience(created_by=by.actor, created_at=at)
        else:
            audience = lock_audience(audience_id)
            require_version(expected_version, audience.version)
            audience.version += 1
        for name in ("key", "name", "is_live"):
            if name in changes:
                setattr(audience, name, changes[name])
        if "rule" in changes:
            audience.rule = checked_rule(changes["rule"])
        audience.updated_at = at
        audience.save()
        if "destinations" in changes:
            _set_destinations(audience, changes["destinations"])
    return audience


def checked_rule(given: Any) -> dict[str, Any]:
    """The rule as it is kept. Raises AudienceRuleInvalid."""
    try:
        return write_rule(read_rule(given))
    except RuleRefused as error:
        raise AudienceRuleInvalid(title=str(error), pointer=f"/rule/{error.field}".rstrip("/")) from error


def lock_audience(audience_id: UUID) -> Audience:
    found = lock_rows(Audience.objects.filter(pk=audience_id)).first()
    if found is None:
        raise AudienceNotFound()
    return found


def put_in(
    *,
    audience_id: UUID,
    customer_id: UUID,
    product_ids: Sequence[UUID] = (),
    reason: str,
    by: Context,
    at: datetime,
) -> int:
    """Put somebody in, with these items or as such; how many are new. What is in already stays as it is.

    Emits   AudienceItemAdded.
    Raises  AudienceNotFound.
    """
    with transaction.atomic():
        audience = lock_audience(audience_id)
        known = dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "name"))
        standing = set(
            AudienceItem.objects.filter(audience=audience, customer_id=customer_id, removed_at=None).values_list(
                "product_id", flat=True
            )
        )
        wanted: list[UUID | None] = [each for each in dict.fromkeys(product_ids) if each in known]
        made = [
            AudienceItem(
                audience=audience,
                customer_id=customer_id,
                product_id=product_id,
                source=ItemSource.JOURNEY,
                reason=reason[:200],
                cause_at=at,
                added_at=at,
            )
            for product_id in (wanted or [None])
            if product_id not in standing
        ]
        AudienceItem.objects.bulk_create(made)
        facts: list[Fact] = [
            added(audience, item, known.get(item.product_id) if item.product_id else None) for item in made
        ]
        _finish(facts, customer_id, audience, by=by, at=at)
    return len(made)


def take_out(*, audience_id: UUID, customer_id: UUID, reason: str, by: Context, at: datetime) -> int:
    """Take out what a journey put in; how many items went. What the rule wants stays.

    Emits   AudienceItemRemoved.
    Raises  AudienceNotFound.
    """
    with transaction.atomic():
        audience = lock_audience(audience_id)
        gone = list(
            AudienceItem.objects.filter(
                audience=audience, customer_id=customer_id, removed_at=None, source=ItemSource.JOURNEY
            ).select_related("product")
        )
        for item in gone:
            item.removed_at, item.removed_reason = at, reason[:200]
        AudienceItem.objects.bulk_update(gone, ["removed_at", "removed_reason"])
        facts: list[Fact] = [removed(audience, item) for item in gone]
        _finish(facts, customer_id, audience, by=by, at=at)
    return len(gone)


def _finish(facts: Sequence[Fact], customer_id: UUID, audience: Audience, *, by: Context, at: datetime) -> None:
    if not facts:
        return
    assert all(isinstance(fact, AudienceItemAdded | AudienceItemRemoved) for fact in facts)
    record(*facts, by=by, at=at)
    # The lists of the platforms, and who may not be in at all.
    refresh_customers(customer_ids=[customer_id], only=[audience.pk], at=at, by=by)


def _set_destinations(audience: Audience, wanted: Sequence[Mapping[str, Any]]) -> None:
    kept = []
    for place, each in enumerate(wanted):
        if ad_platforms.find(str(each["platform"])) is None:
            raise PlatformUnknown(pointer=f"/destinations/{place}/platform", known=ad_platforms.names())
        row, _ = Destination.objects.get_or_create(audience=audience, platform=each["platform"])
        row.is_on = each.get("is_on", True)
        if "remote_id" in each and each["remote_id"] != row.remote_id:
            row.remote_id = each["remote_id"]
            # Another list: nobody is on it yet.
            Member.objects.filter(destination=row).update(is_there=False, identifiers=[])
        row.save()
        kept.append(row.pk)
    for row in Destination.objects.filter(audience=audience).exclude(pk__in=kept):
        # Switched off and not forgotten: whoever is on the list there must come off it first.
        row.is_on = False
        row.save(update_fields=["is_on"])
