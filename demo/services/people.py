"""Who works at the demo brand, who buys from it, and how they log in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from customers.models import Customer
from customers.services.accounts import ensure_customer_for_user, verify_email
from customers.services.addresses import add_address
from customers.services.batches import CustomerData, put_customers
from demo.people import HEROINE, REGULARS, Person, imagine_people
from demo.places import STAFF
from omnichannel.accounts.models import User
from omnichannel.kernel.context import Context

PASSWORD = "marram-coast-27"
CROWD = 1_500


@dataclass(frozen=True, slots=True)
class Known:
    """A customer of the demo as the simulation needs them."""

    id: UUID
    email: str


def load_staff() -> None:
    """One log-in for each role, all with `PASSWORD`; it is hashed once, because hashing is slow on purpose."""
    hashed = make_password(PASSWORD)
    for person in STAFF:
        user = User.objects.create(
            email=person.email,
            name=person.name,
            is_staff=True,
            is_superuser=person.group == "Administrator",
            password=hashed,
        )
        user.groups.add(Group.objects.get(name=person.group))
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def load_customers(*, by: Context, at: datetime, crowd: int = CROWD) -> list[Known]:
    """The heroine first, then the regulars, both with log-ins and addresses; then a crowd the brand knows from its tills."""
    hashed = make_password(PASSWORD)
    known = [_with_log_in(person, hashed, by=by, at=at - timedelta(days=400)) for person in (HEROINE, *REGULARS)]
    people = [
        CustomerData(
            external_id=f"demo-{number}",
            first_name=person.given_name,
            last_name=person.family_name,
            email=person.email,
            created_at=at - timedelta(days=370 - number * 365 // crowd),
        )
        for number, person in enumerate(imagine_people(crowd))
    ]
    put_customers(items=people, at=at)
    ids = dict(Customer.objects.filter(external_id__startswith="demo-").values_list("external_id", "id"))
    known += [Known(ids[person.external_id], person.email) for person in people]
    return known


def _with_log_in(person: Person, hashed: str, *, by: Context, at: datetime) -> Known:
    user = User.objects.create(email=person.email, name=person.name, password=hashed)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    customer = ensure_customer_for_user(user=user, by=by, at=at)
    verify_email(user=user, email=person.email, by=by, at=at)
    Customer.objects.filter(pk=customer.pk).update(phone=person.phone, currency="USD", time_zone="America/New_York")
    add_address(
        customer_id=customer.pk,
        fields={
            "name": person.name, "line1": person.line1, "city": person.city, "region": person.region,
            "postal_code": person.postal_code, "country": "US", "is_default": True,
        },
        by=by,
        at=at,
    )  # fmt: skip
    return Known(customer.pk, person.email)
