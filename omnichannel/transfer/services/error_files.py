"""The rows that did not go in, with their reasons and their cells: mend the file and import it again."""

import tempfile

from django.core.files import File
from django.db import connection

from omnichannel.transfer.models import ImportRun
from omnichannel.transfer.ports import importers
from omnichannel.transfer.services.staging import quoted, staging_table


def write_error_file(run: ImportRun) -> None:
    """A CSV of every refused row: number, column, code and reason first, then the cells, and the raw text of torn rows."""
    importer = importers.get(run.kind)
    cells = ", ".join(f"s.{quoted(column.name)}" for column in importer.columns)
    statement = f"""
        COPY (
            SELECT r.row AS error_row, r."column" AS error_column, r.code AS error_code, r.title AS error, {cells}, s.raw AS error_raw
              FROM transfer_refusedrow r
              JOIN {staging_table(run.pk)} s USING (row)
             WHERE r.run_id = '{run.pk}'
             ORDER BY r.row
        ) TO STDOUT (FORMAT csv, HEADER)
    """
    with tempfile.TemporaryFile() as file:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for chunk in copy:
                file.write(chunk)
        file.seek(0)
        run.errors_file.save(f"{run.pk.hex}-errors.csv", File(file), save=False)
