"""Real data in and out: files of any size, row by row accounted for.

To add an importer, write a class with the attributes of `ports.Importer` in `<app>/providers` and register it
in the app's `ready`:

    class StockImporter:
        kind, title = "stock", "Stock levels"
        columns = (Column("store", required=True), Column("sku", required=True, aliases=("Variant SKU",)), Column("on_hand"))
        batch_rows = 1_000        # rows of one transaction; 50_000 suits an importer that works in SQL
        group_by = ""             # a column whose equal or empty followers belong to one thing: never split
        ignore_unknown = False    # True: columns nobody declared are left out instead of refusing the file

        def apply(self, batch: Batch, *, by: Context, at: datetime) -> Applied: ...

    importers.register("stock", StockImporter())
    exporters.register("stock", Export("stock", "Stock levels", "SELECT … AS store, … AS sku …"))

`apply` runs inside the batch's transaction and works in one of two ways.

- In Python: `for row in batch.rows():` gives each `Row` (`row.text("sku")`, `row.money("price", currency)`,
  `row.integer`, `row.boolean`, `row.moment`, `row.choice`), each of which raises `RowRefused` on what it cannot
  read; `batch.refuse(row.number, code, title, column)` takes a row out and tells its reason. `batch.groups()`
  gives the rows that belong together.
- In SQL: the rows stand as text in `batch.table` under the columns' names, with `row` (as a spreadsheet numbers
  it) and `grp` (the first row of the group). `batch.where` is the condition that picks this batch's good rows;
  `batch.refuse_where(condition, code=…, title=…, column=…, parameters={…})` takes rows out; then INSERT … SELECT.
  Identifiers of columns are quoted as declared: `"sku"`, `"Variant SKU"`.

What the framework does: reads any encoding it can name (`rules/reading.py`), stages the file by COPY in an UNLOGGED
table, runs batch after batch, each in one transaction that also moves `resume_at`, so that a run killed anywhere is
resumed without a gap or a repeat. A batch the database refuses is halved until the one bad row is found and set
aside. A dry run rolls every batch back. Refused rows come back in a CSV with their cells, the row number and the
reason, ready to be mended and imported again. Importers find what is there by external id: importing twice is
importing once.
"""
