"""Customers come in by external id, as plain CSV and as Shopify writes them."""

import pytest
from django.core.files.base import ContentFile

from customers.models import Address, Customer, Identity
from omnichannel.kernel.clock import now
from omnichannel.transfer.services.runs import create_run, execute_run


def bring_in(kind: str, text: str):
    run = create_run(kind=kind, actor="system:test", file=ContentFile(text.encode(), name="customers.csv"))
    return execute_run(run_id=run.pk, clock=now)


@pytest.mark.django_db(transaction=True)
def test_customers_are_made_once_and_changed_after():
    head = "customer_id,first_name,last_name,email,phone,line1,city,country,created_at,tags\n"
    bring_in(
        "customers",
        head
        + '7,Suzie,Lindqvist,Suzie@Example.com,207 555 0131,27 Spring Street,Portland,US,2024-01-02,"vip, coast"\n',
    )
    run = bring_in("customers", head + "7,Susan,Lindqvist,suzie@example.com,,,,,,\n8,Bad,Mail,nobody,,,,,,\n")
    customer = Customer.objects.get()
    assert (customer.first_name, customer.email, customer.phone, customer.tags, customer.version) == (
        "Susan", "suzie@example.com", "+12075550131", ["vip", "coast"], 2,
    )  # fmt: skip
    assert Address.objects.get().city == "Portland"
    assert set(Identity.objects.values_list("kind", flat=True)) == {
        "customer",
        "membership",
        "email",
        "phone",
        "external",
    }
    assert [(row.row, row.code) for row in run.refused.all()] == [(3, "email_invalid")]
    assert (run.updated_count, run.created_count) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_shopifys_export_is_read_as_it_is():
    text = (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,"
        "Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,"
        "Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags\n"
        "'7001,Ada,Abbott,ada@example.com,yes,,9 Pine Street,,Portland,ME,US,'04102,'+12075550151,,no,128.00,1,,no,\"vip, linen\"\n"
    )
    run = bring_in("shopify_customers", text)
    assert run.rows_refused == 0
    customer = Customer.objects.get()
    assert (customer.external_id, customer.phone, customer.tags) == ("shopify:7001", "+12075550151", ["vip", "linen"])
    address = Address.objects.get()
    assert (address.region, address.postal_code, address.country) == ("ME", "04102", "US")
