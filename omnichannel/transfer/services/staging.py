"""The file, as text, in an UNLOGGED table: COPY takes 100,000 rows a second, and validation can be SQL."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.db import connection, transaction

from omnichannel.transfer.errors import ColumnsMissing, ColumnsRepeated, ColumnsUnknown, FileEmpty, FileUnreadable
from omnichannel.transfer.models import ImportRun
from omnichannel.transfer.ports import Importer, Row
from omnichannel.transfer.rules.reading import Record, read_records

_OWN = ("row", "grp", "problem", "problem_title", "problem_column", "raw")


@dataclass(slots=True)
class StagedBatch:
    """Some rows of the staging table; see `ports.Batch`."""

    table: str
    names: Sequence[str]
    first: int
    last: int

    @property
    def where(self) -> str:
        return f"row BETWEEN {self.first} AND {self.last} AND problem IS NULL"

    def rows(self) -> Iterator[Row]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT row, {', '.join(map(quoted, self.names))} FROM {self.table} WHERE {self.where} ORDER BY row"
            )
            for number, *cells in cursor.fetchall():
                yield Row(number, dict(zip(self.names, cells, strict=True)))

    def groups(self) -> Iterator[list[Row]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT row, grp, {', '.join(map(quoted, self.names))} FROM {self.table} WHERE {self.where} ORDER BY row"
            )
            found = cursor.fetchall()
        group: list[Row] = []
        current = None
        for number, grp, *cells in found:
            if grp != current and group:
                yield group
                group = []
            current = grp
            group.append(Row(number, dict(zip(self.names, cells, strict=True))))
        if group:
            yield group

    def refuse(self, number: int, code: str, title: str, column: str = "") -> None:
        self.refuse_where(
            "row = %(refused_row)s", code=code, title=title, column=column, parameters={"refused_row": number}
        )

    def refuse_where(
        self, condition: str, *, code: str, title: str, column: str = "", parameters: Mapping[str, Any] | None = None
    ) -> int:
        """Take out this batch's good rows that meet the condition; `title` may be an SQL text expression after `sql:`."""
        told = title.removeprefix("sql:") if title.startswith("sql:") else "%(refused_title)s::text"
        statement = f"""
            UPDATE {self.table} AS s
               SET problem = %(refused_code)s::text, problem_title = left({told}, 300), problem_column = %(refused_column)s::text
             WHERE {self.where} AND ({condition})
        """
        given = {"refused_code": code, "refused_column": column, **(parameters or {})}
        if "%(refused_title)s" in told:
            given["refused_title"] = title
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            return int(cursor.rowcount)

    def count(self) -> int:
        return int(_scalar(f"SELECT count(*) FROM {self.table} WHERE row BETWEEN {self.first} AND {self.last}"))

    def problems(self) -> list[tuple[int, str, str, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT row, problem, problem_title, problem_column FROM {self.table} "
                f"WHERE row BETWEEN {self.first} AND {self.last} AND problem IS NOT NULL ORDER BY row"
            )
            return cursor.fetchall()

    def halves(self) -> tuple["StagedBatch", "StagedBatch"] | None:
        """Two batches that together are this one, no group split; None when it is a single group."""
        middle = (self.first + self.last + 1) // 2
        cut = _scalar(
            f"SELECT coalesce((SELECT min(row) FROM {self.table} WHERE row BETWEEN {middle} AND {self.last} AND grp = row),"
            f" (SELECT max(row) FROM {self.table} WHERE row > {self.first} AND row < {middle} AND grp = row))"
        )
        if cut is None or cut <= self.first:
            return None
        return StagedBatch(self.table, self.names, self.first, cut - 1), StagedBatch(
            self.table, self.names, cut, self.last
        )


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def staging_table(run_id: UUID) -> str:
    return f"transfer_staging_{run_id.hex}"


def open_source(run: ImportRun) -> IO[bytes]:
    return Path(run.path).open("rb") if run.path else run.file.open("rb")


def hash_source(run: ImportRun) -> str:
    with open_source(run) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # IO leaves `readinto` out


def is_staged(run: ImportRun) -> bool:
    """Whether the staged rows are all there: a crash of the database empties an UNLOGGED table."""
    table = staging_table(run.pk)
    if run.rows_total is None or _scalar("SELECT to_regclass(%s)::text", table) is None:
        return False
    return bool(_scalar(f"SELECT count(*) FROM {table}") == run.rows_total)


def stage_file(*, run: ImportRun, importer: Importer) -> int:
    """Read the file into the staging table; answers the number of rows. Nothing is judged but the form.

    Raises  FileEmpty, FileUnreadable, ColumnsMissing, ColumnsUnknown, ColumnsRepeated.
    """
    table = staging_table(run.pk)
    columns = ", ".join(f"{quoted(column.name)} text" for column in importer.columns)
    with (
        open_source(run) as file,
        closing(read_records(file, run.encoding)) as records,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        try:
            header = next(records, None)
        except (UnicodeError, LookupError) as error:
            raise FileUnreadable() from error
        places = _places(header, importer)
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE UNLOGGED TABLE {table} (row bigint, grp bigint, problem text, problem_title text, problem_column text, raw text, {columns})"
        )
        names = [column.name for column in importer.columns]
        total = 0
        with cursor.copy(f"COPY {table} ({', '.join(_OWN)}, {', '.join(map(quoted, names))}) FROM STDIN") as copy:
            for staged in _staged(records, places, names, importer.group_by):
                copy.write_row(staged)
                total += 1
        cursor.execute(f"CREATE INDEX ON {table} (row)")
        cursor.execute(f"ANALYZE {table}")
    return total


def next_batch(run: ImportRun, importer: Importer) -> StagedBatch | None:
    """The rows after those that are safely in, with the whole of the last one's group."""
    table = staging_table(run.pk)
    after = run.resume_at
    cut = _scalar(
        f"SELECT row FROM {table} WHERE row > {after} ORDER BY row OFFSET {importer.batch_rows - 1} LIMIT 1"
    ) or _scalar(f"SELECT max(row) FROM {table} WHERE row > {after}")
    if cut is None:
        return None
    if importer.group_by:
        begins = _scalar(f"SELECT min(row) FROM {table} WHERE row > {cut} AND grp = row")
        cut = begins - 1 if begins is not None else _scalar(f"SELECT max(row) FROM {table}")
    return StagedBatch(table, [column.name for column in importer.columns], after + 1, cut)


def drop_staging(run: ImportRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {staging_table(run.pk)}")


def _places(header: Record | None, importer: Importer) -> dict[str, int]:
    """Where each declared column stands. Raises what is wrong with the header."""
    if header is None:
        raise FileEmpty()
    if header.problem in ("nul_character", "encoding_invalid", "row_malformed", "row_unfinished"):
        raise FileUnreadable(title=f"Row 1: {header.title}")
    known = {_key(name): column for column in importer.columns for name in (column.name, *column.aliases)}
    places: dict[str, int] = {}
    unknown = []
    for position, name in enumerate(header.cells):
        column = known.get(_key(name))
        if column is None:
            unknown.append(name.strip())
        elif column.name in places:
            raise ColumnsRepeated(title=f"Row 1: the column {name.strip()} stands there twice.", columns=[name.strip()])
        else:
            places[column.name] = position
    missing = [column.name for column in importer.columns if column.required and column.name not in places]
    if missing:
        raise ColumnsMissing(title=f"Row 1: the file lacks {', '.join(missing)}.", columns=missing)
    if unknown and not importer.ignore_unknown:
        raise ColumnsUnknown(title=f"Row 1: unknown columns {', '.join(unknown[:10])}.", columns=unknown[:50])
    return places


def _key(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())


def _staged(
    records: Iterator[Record], places: Mapping[str, int], names: Sequence[str], group_by: str
) -> Iterator[tuple[Any, ...]]:
    order = [places.get(name) for name in names]
    group_at = places.get(group_by) if group_by else None
    group, key = 0, ""
    for record in records:
        if record.problem:
            group, key = record.number, ""
            yield (record.number, record.number, record.problem, record.title, None, record.raw, *([None] * len(names)))
            continue
        cells = record.cells
        if group_at is None:
            group = record.number
        else:
            value = cells[group_at].strip()
            if not group or (value and value != key):
                group, key = record.number, value
        yield (
            record.number,
            group,
            None,
            None,
            None,
            None,
            *[None if place is None else cells[place] for place in order],
        )


def _scalar(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters) or None)
        row = cursor.fetchone()
    return row[0] if row else None
