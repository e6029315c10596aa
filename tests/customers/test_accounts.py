"""From a log-in to a customer; guests; what a proven address brings along."""

import pytest

from customers.models import Customer, Identity
from customers.services.accounts import ensure_customer_for_user, verify_email
from customers.services.guests import find_or_create_guest
from customers.states import CustomerSource
from omnichannel.events.models import Event
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_user_gets_one_customer_however_often_it_is_asked_for():
    # given
    user = UserFactory(email="ada@example.com", name="Ada van Berg")
    # when
    first = ensure_customer_for_user(user=user, by=SYSTEM, at=now())
    second = ensure_customer_for_user(user=user, by=SYSTEM, at=now())
    # then
    assert first.pk == second.pk
    assert (first.first_name, first.last_name, first.email) == ("Ada", "van Berg", "ada@example.com")
    assert first.email_verified_at is None
    assert Event.objects.filter(name="customer.created").count() == 1
    assert set(first.identities.values_list("kind", "value")) == {
        ("customer", str(first.pk)),
        ("membership", first.number),
        ("email", "ada@example.com"),
    }
    assert Identity.objects.get(kind="customer").pk == first.pk


def test_a_guest_is_one_record_for_each_address_and_never_somebody_who_logs_in():
    # given somebody who proved the address
    owner = CustomerFactory(user=UserFactory(email="ada@example.com"))
    # when a stranger orders twice under it, in other spellings
    first = find_or_create_guest(email="Ada@Example.com", name="Not Ada", by=SYSTEM, at=now())
    again = find_or_create_guest(email="ada@example.com", by=SYSTEM, at=now())
    # then
    assert first.pk == again.pk != owner.pk
    assert first.source == CustomerSource.GUEST_ORDER


def test_proving_an_address_takes_in_the_records_nobody_logs_in_to():
    # given
    guest = find_or_create_guest(email="ada@example.com", name="Ada Berg", phone="207 555 0131", by=SYSTEM, at=now())
    user = UserFactory(email="ada@example.com", name="", verified=False)
    # when
    customer = verify_email(user=user, email="ada@example.com", by=SYSTEM, at=now())
    again = verify_email(user=user, email="ada@example.com", by=SYSTEM, at=now())
    # then
    guest.refresh_from_db()
    assert guest.merged_into_id == customer.pk == again.pk
    assert (customer.first_name, customer.phone) == ("Ada", "+12075550131")
    fact = Event.objects.get(name="customer.email_verified")
    assert fact.data == {"customer_id": str(customer.pk), "email": "ada@example.com", "merged_ids": [str(guest.pk)]}
    assert Customer.objects.filter(email="ada@example.com", email_verified_at__isnull=False).count() == 1
