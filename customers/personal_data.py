"""What this app holds of a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q

from customers.models import Address, Consent, Customer, Identity, Label, Merge, NewsletterRequest, Suppression, Touch
from customers.queries.identities import identity_ids_of
from customers.queries.suppressions import mark_of
from customers.queries.timeline import list_everything
from customers.states import IdentityKind
from omnichannel.accounts.models import User
from omnichannel.events.services import redact_facts, redact_tracked
from omnichannel.kernel.personal_data import MoveReport

_PROFILE = (
    "id", "number", "first_name", "last_name", "email", "email_verified_at", "phone", "locale", "time_zone",
    "currency", "source", "external_id", "note", "tags", "created_at",
)  # fmt: skip


class CustomerRecords:
    """Profile, addresses, identities, labels, consents and touches."""

    def export(self, *, customer_id: UUID) -> Mapping[str, Any]:
        profile = Customer.objects.filter(pk=customer_id).values(*_PROFILE).first()
        return _plain(
            {
                "profile": profile,
                "addresses": list(Address.objects.filter(customer_id=customer_id).order_by("id").values()),
                "identities": list(
                    Identity.objects.filter(customer_id=customer_id)
                    .order_by("id")
                    .values("kind", "value", "verified_at", "joined_at", "joined_how")
                ),
                "consents": list(
                    Consent.objects.filter(customer_id=customer_id)
                    .order_by("at", "id")
                    .values("channel", "purpose", "state", "wording", "source", "proof", "at")
                ),
                "newsletter": list(
                    NewsletterRequest.objects.filter(customer_id=customer_id)
                    .order_by("id")
                    .values("email", "wording", "requested_at", "confirmed_at", "campaign")
                ),
                "touches": list(
                    Touch.objects.filter(identity__customer_id=customer_id)
                    .order_by("first_at")
                    .values("first", "first_at", "last", "last_at")
                ),
                "suppressions": list(
                    Suppression.objects.filter(_theirs(profile)).order_by("id").values("channel", "address", "reason")
                ),
                "activity": list_everything(identity_ids_of(customer_id)),
                "labels": list(
                    Label.objects.filter(customer_id=customer_id)
                    .order_by("id")
                    .values("kind", "key", "value", "valid_from", "valid_until", "reason")
                ),
            }
        )

    def erase(self, *, customer_id: UUID, at: datetime) -> None:
        """The row stays, empty, for the orders that the law keeps; the log-in goes."""
        customer = Customer.objects.select_for_update(no_key=True).filter(pk=customer_id).first()
        if customer is None:
            return
        user_id = customer.user_id
        # Who asked us to stop, or bounced, is not written to again: a hash says so and names nobody.
        for row in Suppression.objects.filter(_theirs({"email": customer.email, "phone": customer.phone})):
            mark = mark_of(row.address)
            if Suppression.objects.filter(channel=row.channel, address=mark).exists():
                row.delete()
            else:
                Suppression.objects.filter(pk=row.pk).update(address=mark, detail="")
        Customer.objects.filter(pk=customer_id).update(
            user=None, first_name="", last_name="", email="", email_verified_at=None, phone="", locale="", time_zone="",
            external_id=None, note="", tags=[], version=F("version") + 1, updated_at=at,
        )  # fmt: skip
        Address.objects.filter(customer_id=customer_id).delete()
        # What was said stays, to show that we kept to it; what could name the person in it goes.
        Consent.objects.filter(customer_id=customer_id).update(proof={})
        asked = Q(customer_id=customer_id) | (Q(email=customer.email) if customer.email else Q())
        NewsletterRequest.objects.filter(asked).delete()
        Merge.objects.filter(Q(from_customer_id=customer_id) | Q(to_customer_id=customer_id)).update(reason="")
        Touch.objects.filter(identity__customer_id=customer_id).delete()
        redact_tracked(identity_ids=identity_ids_of(customer_id))
        redact_facts(identity_ids=identity_ids_of(customer_id))
        Identity.objects.filter(customer_id=customer_id).exclude(kind=IdentityKind.CUSTOMER).delete()
        Label.objects.filter(customer_id=customer_id).delete()
        # The audit log keeps who did what to which record, and no name.
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Customer), object_id=str(customer_id)
        ).update(object_repr=customer.number, change_message="")
        if user_id is not None:
            User.objects.filter(pk=user_id, is_staff=False).delete()

    def move(self, *, from_id: UUID, to_id: UUID, merge_id: UUID) -> MoveReport:
        addresses = list(Address.objects.filter(customer_id=from_id).values_list("pk", flat=True))
        defaults = list(Address.objects.filter(customer_id=from_id, is_default=True).values_list("pk", flat=True))
        # One default each: the other's stays an address only.
        if Address.objects.filter(customer_id=to_id, is_default=True).exists():
            Address.objects.filter(pk__in=defaults).update(is_default=False)
        Address.objects.filter(pk__in=addresses).update(customer_id=to_id)
        taken = set(Identity.objects.filter(customer_id=to_id).values_list("kind", "value"))
        identities = [
            row.pk for row in Identity.objects.filter(customer_id=from_id) if (row.kind, row.value) not in taken
        ]
        Identity.objects.filter(pk__in=identities).update(customer_id=to_id)
        consents = list(Consent.objects.filter(customer_id=from_id).values_list("pk", flat=True))
        Consent.objects.filter(pk__in=consents).update(customer_id=to_id)
        newsletter = list(NewsletterRequest.objects.filter(customer_id=from_id).values_list("pk", flat=True))
        NewsletterRequest.objects.filter(pk__in=newsletter).update(customer_id=to_id)
        merge = Merge.objects.get(pk=merge_id)
        merge.moved |= {
            "consents": [str(pk) for pk in consents],
            "newsletter": [str(pk) for pk in newsletter],
            "addresses": [str(pk) for pk in addresses],
            "default_address": [str(pk) for pk in defaults],
            "identities": [str(pk) for pk in identities],
        }
        merge.save(update_fields=["moved"])
        return MoveReport(moved={"addresses": len(addresses), "identities": len(identities), "consents": len(consents)})

    def restore(self, *, merge_id: UUID) -> MoveReport:
        merge = Merge.objects.get(pk=merge_id)
        owner = merge.from_customer_id
        addresses = Address.objects.filter(pk__in=merge.moved.get("addresses", [])).update(
            customer_id=owner, is_default=False
        )
        Address.objects.filter(pk__in=merge.moved.get("default_address", [])).update(is_default=True)
        identities = Identity.objects.filter(pk__in=merge.moved.get("identities", [])).update(customer_id=owner)
        consents = Consent.objects.filter(pk__in=merge.moved.get("consents", [])).update(customer_id=owner)
        NewsletterRequest.objects.filter(pk__in=merge.moved.get("newsletter", [])).update(customer_id=owner)
        if proven := merge.moved.get("email_verified_at"):
            holder = Customer.objects.get(pk=owner)
            if not Customer.objects.filter(email=holder.email, email_verified_at__isnull=False).exists():
                Customer.objects.filter(pk=owner).update(email_verified_at=proven)
        return MoveReport(moved={"addresses": addresses, "identities": identities, "consents": consents})


def _theirs(profile: Mapping[str, Any] | None) -> Q:
    addresses = [profile[name] for name in ("email", "phone") if profile and profile[name]] if profile else []
    return Q(address__in=addresses)


def _plain(data: Any) -> Any:
    """Ids and moments as text."""
    if isinstance(data, dict):
        return {name: _plain(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    if isinstance(data, datetime):
        return data.isoformat()
    return str(data) if isinstance(data, UUID) else data
