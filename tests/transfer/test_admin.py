"""Staff upload, try, read the reasons, and import for real."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Product
from omnichannel.accounts.models import User
from omnichannel.kernel.clock import now
from omnichannel.transfer.models import ImportRun
from omnichannel.transfer.services.runs import execute_run
from tests.catalog.factories import TaxCategoryFactory

pytestmark = [pytest.mark.django_db]
CSV = b"product_id,name,sku,price\np1,Hat,HAT,30\np2,,X,1\n"


@pytest.fixture
def staff(client, db):
    TaxCategoryFactory()
    client.force_login(User.objects.create_superuser(email="ada@example.com", password="x"))
    return client


def test_a_file_is_tried_then_imported_and_its_refused_rows_come_back(staff):
    # given an upload to be tried
    assert b"Products as Shopify exports them" in staff.get("/admin/transfer/importrun/add/").content
    sent = staff.post(
        "/admin/transfer/importrun/add/",
        {"kind": "products", "file": SimpleUploadedFile("p.csv", CSV), "dry_run": "on", "encoding": ""},
    )
    tried = ImportRun.objects.get()
    assert (sent.status_code, tried.state, tried.dry_run) == (302, "waiting", True)
    # when a worker has run it
    execute_run(run_id=tried.pk, clock=now)
    page = staff.get(sent["Location"])
    progress = staff.get(f"/admin/transfer/importrun/{tried.pk}/progress/").json()
    errors = staff.get(f"/admin/transfer/importrun/{tried.pk}/errors/")
    # then the page tells the row and offers to import
    assert b"Import this file" in page.content and b"name must be given" in page.content
    assert (progress["state"], progress["percent"], progress["refused"]) == ("done", 100, 1)
    assert b"value_missing" in b"".join(errors.streaming_content) and not Product.objects.exists()
    # and the same file is imported for real by one button
    staff.post(f"/admin/transfer/importrun/{tried.pk}/start/")
    kept = ImportRun.objects.exclude(pk=tried.pk).get()
    execute_run(run_id=kept.pk, clock=now)
    assert Product.objects.get().name == "Hat"
    exported = staff.get("/admin/transfer/importrun/export/products/")
    assert b"p1,Hat" in b"".join(exported.streaming_content)
    assert staff.get("/admin/transfer/importrun/").status_code == 200


def test_imports_are_closed_to_those_without_the_permission(client):
    reader = User.objects.create_user(email="r@example.com", password="x", is_staff=True)
    client.force_login(reader)
    assert client.get("/admin/transfer/importrun/add/").status_code == 403
    assert client.get("/admin/transfer/importrun/export/products/").status_code == 403
    assert client.post("/admin/transfer/importrun/add/", {}).status_code == 403
