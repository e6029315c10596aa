"""The valid minimum of users and customers, as the services make them."""

from typing import Any

import factory

from customers.models import Address, Customer
from customers.services.creating import NewCustomer, create_customer
from customers.states import CustomerSource
from omnichannel.accounts.models import User
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM

PASSWORD = "dune-grass-27"


class UserFactory(factory.django.DjangoModelFactory):
    """Someone who can log in: with a proven address, unless `verified=False`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.com")
    name = factory.Sequence(lambda n: f"Person Number{n}")
    is_active = True

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        verified = kwargs.pop("verified", True)
        password = kwargs.pop("password", PASSWORD)
        user = User.objects.create_user(password=password, **kwargs)
        from allauth.account.models import EmailAddress

        EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
        return user


class StaffFactory(UserFactory):
    email = factory.Sequence(lambda n: f"staff{n}@example.com")
    is_staff = True


class CustomerFactory(factory.Factory):
    """A customer without a log-in; give `user=UserFactory()` for one."""

    class Meta:
        model = Customer

    first_name = "Suzie"
    last_name = "Lindqvist"
    source = CustomerSource.STORE

    @classmethod
    def _create(cls, model_class: type[Customer], *args: Any, **kwargs: Any) -> Customer:
        user = kwargs.pop("user", None)
        verified = kwargs.pop("email_verified", False)
        at = kwargs.pop("at", None) or now()
        note = kwargs.pop("note", "")
        tags = kwargs.pop("tags", [])
        if user is not None:
            kwargs.setdefault("email", user.email)
            kwargs["user_id"] = user.pk
            kwargs["source"] = CustomerSource.SIGN_UP
            verified = kwargs["email"] == user.email
        customer = create_customer(new=NewCustomer(**kwargs), by=SYSTEM, at=at)
        if verified or note or tags:
            customer.email_verified_at = at if verified else None
            customer.note, customer.tags = note, tags
            customer.save(update_fields=["email_verified_at", "note", "tags"])
        return customer


class AddressFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Address

    customer = factory.SubFactory(CustomerFactory)
    name = "Suzie Lindqvist"
    line1 = "27 Spring Street"
    city = "Portland"
    region = "ME"
    postal_code = "04102"
    country = "US"
