"""Files in: every row goes in or is told, whatever the file; a run that dies goes on where it stopped."""

import csv
import io

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from catalog.models import Category, Price, Product, Variant
from catalog.providers.products_csv import ProductImporter
from omnichannel.kernel.clock import now
from omnichannel.transfer.models import ImportRun
from omnichannel.transfer.services.exports import stream_export
from omnichannel.transfer.services.runs import create_run, execute_run, find_resumable
from tests.catalog.factories import TaxCategoryFactory, ean

pytestmark = [pytest.mark.django_db]

HEADER = "product_id,name,category,sku,barcode,option1_name,option1_value,currency,price\n"


@pytest.fixture(autouse=True)
def ground():
    TaxCategoryFactory()


def run_import(content: str | bytes, kind="products", **options) -> ImportRun:
    data = content.encode() if isinstance(content, str) else content
    run = create_run(kind=kind, actor="staff:1", file=ContentFile(data, "x.csv"), **options)
    return execute_run(run_id=run.pk, clock=now)


def refused(run):
    return list(run.refused.values_list("row", "code"))


def error_file(run) -> str:
    with run.errors_file.open("rb") as file:
        return file.read().decode()


GOOD = HEADER + (
    f"p1,Dune dress,Women > Dresses,DUNE-S,{ean(1)},Size,S,USD,90.00\n"
    f"p1,,,DUNE-M,{ean(2)},,M,USD,95\n"
    'p2,"Hat, ""straw""",Women > Hats,HAT,,,,USD,"1,030.50"\n'
)


def test_products_with_variants_prices_and_categories_go_in_and_again_without_effect():
    # when a file is imported twice
    first, second = run_import(GOOD), run_import(GOOD)
    # then everything is there once
    assert (first.state, first.rows_read, first.created_count, first.rows_refused) == ("done", 3, 2, 0)
    assert (second.created_count, second.updated_count, second.rows_refused) == (0, 0, 0)
    assert list(
        Variant.objects.order_by("sku").values_list("sku", "product__external_id", "options", "prices__amount_minor")
    ) == [
        ("DUNE-M", "p1", {"Size": "M"}, 9500),
        ("DUNE-S", "p1", {"Size": "S"}, 9000),
        ("HAT", "p2", {}, 103050),
    ]
    assert list(Category.objects.values_list("path", "name")) == [
        ("women", "Women"),
        ("women/dresses", "Dresses"),
        ("women/hats", "Hats"),
    ]
    assert Product.objects.get(external_id="p2").name == 'Hat, "straw"'


def test_a_dry_run_judges_every_row_and_keeps_nothing():
    run = run_import(GOOD + "p3,Bad,,BAD,123,,,USD,1\n", dry_run=True)
    assert (run.state, run.rows_read, run.created_count, refused(run)) == ("done", 4, 2, [(5, "barcode_invalid")])
    assert not Product.objects.exists() and not Category.objects.exists()


def test_refused_rows_come_back_with_their_reason_and_the_rest_goes_in():
    # given rows of every kind of wrong
    run = run_import(
        HEADER
        + "p1,Good,,A1,,,,USD,1\n"
        + "p2,Bad price,,A2,,,,USD,much\n"
        + "p3,Bad currency,,A3,,,,ABC,1\n"
        + "p4,Two rows,,A4,,Size,S,USD,1\n"
        + "p4,,,A5,4006381333930,,M,USD,1\n"
        + "p5,Short,,A6\n"
        + "p6,Long,,A7,,,,USD,1,extra\n"
        + "p7,,,A8,,,,USD,1\n"
        + "p8,Taken,,A1,,,,USD,1\n"
        + "p9,Fine too,,A9,,,,USD,2\n"
    )
    # then each is named by its row and code
    assert refused(run) == [
        (3, "number_invalid"),
        (4, "currency_unknown"),
        (5, "product_refused"),
        (6, "barcode_invalid"),
        (7, "row_short"),
        (8, "row_long"),
        (9, "value_missing"),
        (10, "sku_taken"),
    ]
    assert sorted(Product.objects.values_list("external_id", flat=True)) == ["p1", "p9"]
    # and the error file holds each with its cells
    rows = list(csv.DictReader(io.StringIO(error_file(run), newline="")))
    assert [(row["error_row"], row["error_code"], row["sku"]) for row in rows][:2] == [
        ("3", "number_invalid", "A2"),
        ("4", "currency_unknown", "A3"),
    ]
    assert rows[4]["error_raw"] == "p5,Short,,A6" and rows[0]["error_column"] == "price"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_told_from_the_file(encoding):
    run = run_import((HEADER + "p1,Crème brûlée,,A1,,,,USD,1\n").encode(encoding))
    assert (run.state, run.rows_refused) == ("done", 0) and Product.objects.get().name == "Crème brûlée"


def test_foreign_bytes_and_nuls_cost_their_row_only():
    # given a Latin-1 row and a NUL in an otherwise good UTF-8 file
    content = (
        HEADER.encode()
        + "p1,Crème,,A1,,,,USD,1\n".encode("latin-1")
        + b"p2,N\x00UL,,A2,,,,USD,1\np3,Good,,A3,,,,USD,1\n"
    )
    run = run_import(content)
    # then both are told and the third is in
    assert refused(run) == [(2, "encoding_invalid"), (3, "nul_character")]
    assert Product.objects.get().external_id == "p3"
    text = error_file(run)
    assert "Crème" in text and "N␀UL" in text
    # and with its encoding named, the same bytes are read
    named = run_import(HEADER.encode("latin-1") + "p1,Crème,,A1,,,,USD,1\n".encode("latin-1"), encoding="latin-1")
    assert named.rows_refused == 0 and Product.objects.get(external_id="p1").name == "Crème"


@pytest.mark.parametrize(
    ("tail", "code"),
    [("p2,Half", "row_short"), ('p2,"Half', "row_unfinished"), ('p2,"Half"x,,A2,,,,USD,1\n', "row_malformed")],
)
def test_a_half_written_file_gives_its_whole_rows(tail, code):
    run = run_import(HEADER + "p1,Good,,A1,,,,USD,1\n" + tail)
    assert refused(run) == [(3, code)] and Product.objects.get().external_id == "p1"
    assert tail.strip() in error_file(run).replace('""', '"')


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "file_empty"),
        ("name,price\nx,1\n", "columns_missing"),
        ("product_id,name,sku,colour\n", "columns_unknown"),
        ("product_id,name,name\n", "columns_repeated"),
        (b"\x00\x01\x02\xff\xfe", "file_unreadable"),
    ],
)
def test_a_file_that_is_not_one_is_refused_as_a_whole_with_row_one(content, problem):
    run = run_import(content)
    assert (run.state, run.problem) == ("failed", problem) and run.message.startswith("Row 1")
    assert not Product.objects.exists()


def test_semicolons_blank_lines_and_shuffled_headers_are_read():
    run = run_import("SKU;Name;Product_ID;Price\r\n\r\nA1;One;p1;1.50\r\n\r\nA2;Two;p2;2\r\n")
    assert run.rows_refused == 0 and list(Price.objects.order_by("id").values_list("amount_minor", flat=True)) == [
        150,
        200,
    ]


def test_an_export_is_what_an_import_takes():
    # given an imported catalogue
    run_import(GOOD)
    exported = b"".join(stream_export("products"))
    version = Product.objects.get(external_id="p1").version
    # when its export is imported
    run = run_import(exported)
    # then nothing changes
    assert (run.rows_read, run.created_count, run.updated_count, run.rows_refused) == (3, 0, 0, 0)
    assert Product.objects.get(external_id="p1").version == version


def test_the_command_tells_dry_runs_errors_and_files_that_fail(tmp_path, capsys):
    path = tmp_path / "products.csv"
    path.write_text(GOOD + "p3,Bad,,BAD,123,,,USD,1\n")
    call_command("import", "products", str(path), "--dry-run")
    assert "4 rows: 2 created, 0 updated, 1 refused. Nothing was kept" in capsys.readouterr().out
    call_command("import", "products", str(path))
    told = capsys.readouterr().out
    assert "row 5: barcode_invalid" in told and "-errors.csv" in told
    out = tmp_path / "out.csv"
    call_command("export", "products", "--output", str(out))
    assert len(out.read_text().splitlines()) == 4
    path.write_text("nothing\n1\n")
    with pytest.raises(CommandError, match="columns_missing"):
        call_command("import", "products", str(path))


SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Fulfillment Service,"
    "Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Taxable,Variant Barcode,Image Src,Image Position,"
    "Image Alt Text,Gift Card,SEO Title,Variant Image,Variant Weight Unit,Status\n"
    'dune-dress,Dune dress,"<p>Light &amp; long.</p>\n<p>Linen.</p>",Marram,Apparel & Accessories > Clothing > Dresses,Dress,"new, linen",true,'
    "Colour,Sage,Size,S,DUNE-SAGE-S,300.4,shopify,4,deny,manual,70.00,90.00,true,true,'"
    + ean(5)
    + ",https://cdn.example/1.jpg,1,Front,"
    "false,,https://cdn.example/sage.jpg,kg,active\n"
    "dune-dress,,,,,,,,,Sage,,M,,310,shopify,2,continue,manual,95.00,,true,true,,https://cdn.example/2.jpg,2,Back,,,https://cdn.example/sage.jpg,kg,\n"
    "dune-dress,,,,,,,,,,,,,,,,,,,,,,,https://cdn.example/3.jpg,3,,,,,,\n"
    "card,Gift card,,Marram,,Cards,,false,Title,Default Title,,,CARD,0,,,deny,gift_card,25.00,,false,false,,,,,true,,,kg,\n"
)


def test_shopify_products_as_shopify_writes_them():
    # when an export with continuation rows, pictures only and a product without options is imported, twice
    first, second = run_import(SHOPIFY, "shopify_products"), run_import(SHOPIFY, "shopify_products")
    # then variants, pictures and prices are as they were there
    assert refused(first) == [] and (first.created_count, second.created_count, second.updated_count) == (2, 0, 0)
    dress = Product.objects.get(slug="dune-dress")
    assert (dress.description, dress.tags, dress.status, dress.category.path) == (
        "Light & long.\nLinen.",
        ["new", "linen"],
        "active",
        "apparel-accessories/clothing/dresses",
    )
    assert list(dress.variants.values_list("sku", "options", "stock_policy", "weight_grams", "barcode")) == [
        ("DUNE-SAGE-S", {"Colour": "Sage", "Size": "S"}, "tracked", 300, ean(5)),
        ("DUNE-DRESS-SAGE-M", {"Colour": "Sage", "Size": "M"}, "backorder", 310, None),
    ]
    assert list(dress.images.values_list("url", "alt", "variant_options")) == [
        ("https://cdn.example/1.jpg", "Front", {}),
        ("https://cdn.example/sage.jpg", "", {"Colour": "Sage"}),
        ("https://cdn.example/2.jpg", "Back", {}),
        ("https://cdn.example/3.jpg", "", {}),
    ]
    assert sorted(Price.objects.filter(variant__product=dress).values_list("amount_minor", "is_sale")) == [
        (7000, True),
        (9000, False),
        (9500, False),
    ]
    card = Product.objects.get(slug="card")
    assert (card.status, card.option_names, card.variants.get().stock_policy) == ("draft", [], "untracked")
    # and when the sale is over in a later file, it is over here
    run_import(SHOPIFY.replace("70.00,90.00", "90.00,"), "shopify_products")
    assert Price.objects.filter(is_sale=True, valid_until=None).count() == 0


def test_a_run_that_dies_goes_on_where_it_stopped(tmp_path, monkeypatch):
    # given batches of two rows, and a worker that dies in the second one
    monkeypatch.setattr(ProductImporter, "batch_rows", 2)
    path = tmp_path / "products.csv"
    path.write_text(HEADER + "".join(f"p{n},Product {n},,S{n},,,,USD,1\n" for n in range(1, 8)))
    run = create_run(kind="products", actor="staff:1", path=str(path))
    told = []

    def die(state):
        told.append(state.resume_at)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        execute_run(run_id=run.pk, clock=now, tell=die)
    run.refresh_from_db()
    assert (run.state, run.rows_read, Product.objects.count()) == ("interrupted", 4, 4)
    # when it is resumed
    again = find_resumable(kind="products", path=str(path))
    done = execute_run(run_id=again.pk, clock=now, tell=lambda state: told.append(state.resume_at))
    # then it is the same run, nothing was read twice and all is in
    assert (again.pk, done.state, done.rows_read, done.created_count) == (run.pk, "done", 7, 7)
    assert Product.objects.count() == 7 and find_resumable(kind="products", path=str(path)) is None


def test_a_row_the_database_refuses_is_found_among_the_good(monkeypatch):
    # given an importer that forgets a check, so that only the database sees the bad row
    from catalog.services import batches

    monkeypatch.setattr(batches, "is_valid_barcode", lambda code: True)
    lines = [f"p{n},Product {n},,S{n},{'1' * 33 if n == 5 else ''},,,USD,1\n" for n in range(1, 9)]
    monkeypatch.setattr("omnichannel.transfer.ports.Row.text", _any_length)
    run = run_import(HEADER + "".join(lines))
    # then that row alone is refused
    assert refused(run) == [(6, "row_refused")] and Product.objects.count() == 7


def _any_length(self, column, *, longest=0, required=False):
    return (self.cells.get(column) or "").strip()
