"""What goes in and what comes out."""

from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from rest_framework import serializers

from customers.models import Address, Customer
from omnichannel.rest.serializers import InputSerializer, StrictBooleanField, StrictCharField


class LocaleField(StrictCharField):
    """`en`, `en_GB` or `en-GB`; empty to follow the brand."""

    default_error_messages = {"locale": "There is no such locale."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=10, allow_blank=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if not value:
            return ""
        try:
            return str(Locale.parse(value.replace("-", "_")))
        except (UnknownLocaleError, ValueError, TypeError):
            self.fail("locale")


class TimeZoneField(StrictCharField):
    """A name of the IANA time zone database."""

    default_error_messages = {"time_zone": "There is no such time zone."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=50, allow_blank=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        from zoneinfo import available_timezones

        value = super().to_internal_value(data)
        if value and value not in available_timezones():
            self.fail("time_zone")
        return value


class CurrencyField(StrictCharField):
    """ISO 4217; empty to follow the brand."""

    default_error_messages = {"currency": "There is no such currency."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=3, allow_blank=True, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if value and value not in list_currencies():
            self.fail("currency")
        return value


class ProfileInput(InputSerializer):
    first_name = StrictCharField(max_length=100, allow_blank=True, required=False)
    last_name = StrictCharField(max_length=100, allow_blank=True, required=False)
    phone = StrictCharField(max_length=40, allow_blank=True, required=False)
    country = StrictCharField(
        min_length=2,
        max_length=2,
        required=False,
        help_text="Where a phone number without a country code is from; the brand's country when absent.",
    )
    locale = LocaleField(required=False)
    time_zone = TimeZoneField(required=False)
    currency = CurrencyField(required=False)


class CustomerChangeInput(ProfileInput):
    email = StrictCharField(max_length=254, allow_blank=True, required=False)
    note = StrictCharField(max_length=5_000, allow_blank=True, required=False)
    tags = serializers.ListField(child=StrictCharField(min_length=1, max_length=40), max_length=50, required=False)


class NewCustomerInput(InputSerializer):
    first_name = StrictCharField(max_length=100, allow_blank=True, default="")
    last_name = StrictCharField(max_length=100, allow_blank=True, default="")
    email = StrictCharField(max_length=254, allow_blank=True, default="")
    phone = StrictCharField(max_length=40, allow_blank=True, default="")
    country = StrictCharField(min_length=2, max_length=2, required=False)
    locale = LocaleField(default="")
    time_zone = TimeZoneField(default="")
    currency = CurrencyField(default="")
    external_id = StrictCharField(min_length=1, max_length=120, required=False, help_text="API keys only.")
    allow_duplicate = StrictBooleanField(
        default=False,
        help_text="Enrol although somebody with this email or phone is known (associates are asked first).",
    )


class SavedAddressInput(InputSerializer):
    name = StrictCharField(min_length=1, max_length=200)
    company = StrictCharField(max_length=200, allow_blank=True, required=False)
    line1 = StrictCharField(min_length=1, max_length=200)
    line2 = StrictCharField(max_length=200, allow_blank=True, required=False)
    city = StrictCharField(min_length=1, max_length=100)
    region = StrictCharField(
        max_length=100, allow_blank=True, required=False, help_text="ISO 3166-2 suffix where the country has them: ME."
    )
    postal_code = StrictCharField(max_length=20, allow_blank=True, required=False)
    country = StrictCharField(min_length=2, max_length=2, help_text="ISO 3166-1 alpha-2.")
    phone = StrictCharField(max_length=40, allow_blank=True, required=False)
    is_default = StrictBooleanField(required=False)


class SavedAddressChangeInput(SavedAddressInput):
    name = StrictCharField(min_length=1, max_length=200, required=False)
    line1 = StrictCharField(min_length=1, max_length=200, required=False)
    city = StrictCharField(min_length=1, max_length=100, required=False)
    country = StrictCharField(min_length=2, max_length=2, required=False)


class CustomerOutput(serializers.Serializer):
    id = serializers.UUIDField()
    number = serializers.CharField(help_text="Readable; identifies, proves nothing.")
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    email_verified = serializers.BooleanField()
    phone = serializers.CharField(help_text="E.164.")
    locale = serializers.CharField()
    time_zone = serializers.CharField()
    currency = serializers.CharField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class CustomerForStaffOutput(CustomerOutput):
    source = serializers.CharField()
    external_id = serializers.CharField(allow_null=True)
    has_log_in = serializers.BooleanField()
    note = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())


class CustomerListOutput(serializers.Serializer):
    items = CustomerForStaffOutput(many=True)
    next = serializers.CharField(allow_null=True)


class AddressOutput(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    company = serializers.CharField()
    line1 = serializers.CharField()
    line2 = serializers.CharField()
    city = serializers.CharField()
    region = serializers.CharField()
    postal_code = serializers.CharField()
    country = serializers.CharField()
    phone = serializers.CharField()
    is_default = serializers.BooleanField()


class AddressListOutput(serializers.Serializer):
    items = AddressOutput(many=True)
    next = serializers.CharField(allow_null=True)


def show_customer(customer: Customer) -> dict[str, Any]:
    """What the customer sees of themself."""
    return {
        "id": customer.pk,
        "number": customer.number,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "name": customer.name,
        "email": customer.email,
        "email_verified": customer.email_verified_at is not None,
        "phone": customer.phone,
        "locale": customer.locale,
        "time_zone": customer.time_zone,
        "currency": customer.currency,
        "version": customer.version,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
    }


def show_customer_to_staff(customer: Customer) -> dict[str, Any]:
    return show_customer(customer) | {
        "source": customer.source,
        "external_id": customer.external_id,
        "has_log_in": customer.user_id is not None,
        "note": customer.note,
        "tags": customer.tags,
    }


def show_address(address: Address) -> dict[str, Any]:
    names = (
        "id",
        "name",
        "company",
        "line1",
        "line2",
        "city",
        "region",
        "postal_code",
        "country",
        "phone",
        "is_default",
    )
    return {name: getattr(address, name) for name in names}
