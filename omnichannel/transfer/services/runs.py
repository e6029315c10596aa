"""Runs of imports: started once at a time, batch by batch, resumable after any end."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from django.core.files import File
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from omnichannel.kernel.context import Context
from omnichannel.kernel.errors import DomainError
from omnichannel.transfer.errors import FileChanged, KindUnknown, RunBusy
from omnichannel.transfer.models import ImportRun, RefusedRow
from omnichannel.transfer.ports import Applied, Importer, importers
from omnichannel.transfer.services.error_files import write_error_file
from omnichannel.transfer.services.staging import (
    StagedBatch,
    drop_staging,
    hash_source,
    is_staged,
    next_batch,
    stage_file,
)
from omnichannel.transfer.states import STARTABLE, RunState

logger = logging.getLogger(__name__)

# A batch takes seconds; whoever has not said a word for this long is gone.
SILENT_FOR = timedelta(seconds=90)
TRIES = 5

Tell = Callable[[ImportRun], None]


def create_run(
    *, kind: str, actor: str, file: File | None = None, path: str = "", dry_run: bool = False, encoding: str = ""
) -> ImportRun:
    """Keep a file to be imported. Raises KindUnknown."""
    if importers.find(kind) is None:
        raise KindUnknown(kind=kind, known=importers.names())
    run = ImportRun(kind=kind, actor=actor, dry_run=dry_run, encoding=encoding)
    if path:
        run.path = str(Path(path).resolve())
    elif file is not None:
        run.file.save(f"{run.pk.hex}.csv", file, save=False)
    run.save()
    return run


def find_resumable(*, kind: str, path: str) -> ImportRun | None:
    """The last run of this kind and file that began and did not end."""
    runs = ImportRun.objects.filter(kind=kind, path=str(Path(path).resolve()), dry_run=False)
    last = runs.order_by("-created_at", "-id").first()
    return last if last is not None and last.state != RunState.DONE else None


def execute_run(*, run_id: UUID, clock: Callable[[], datetime], tell: Tell | None = None) -> ImportRun:
    """Import the run's file from where it stands to the end. Outside any transaction; each batch has its own.

    clock   asked once a batch: a run may take longer than a moment.
    tell    called after every batch, for a progress bar.
    Raises  RunBusy, FileChanged; a file that cannot be read ends the run as failed instead.
    """
    run = _claim(run_id, clock())
    importer = importers.get(run.kind)
    try:
        _prepare(run, importer)
        while (batch := next_batch(run, importer)) is not None:
            _apply_batch(run, importer, batch, clock())
            if tell is not None:
                tell(run)
        _finish(run, clock())
    except DomainError as error:
        _stop(run, RunState.FAILED, error.problem_code, error.problem_title, clock())
        if isinstance(error, FileChanged | RunBusy):
            raise
    except BaseException as error:
        _stop(
            run,
            RunState.INTERRUPTED,
            "interrupted",
            f"Stopped after row {run.resume_at}: {type(error).__name__}.",
            clock(),
        )
        raise
    if tell is not None:
        tell(run)
    return run


def release_silent_runs(*, at: datetime) -> list[UUID]:
    """Runs whose worker died, as interrupted; answers those that a worker should take up again."""
    silent = ImportRun.objects.filter(state=RunState.RUNNING, beat_at__lt=at - SILENT_FOR)
    ids = list(silent.values_list("pk", flat=True))
    silent.filter(pk__in=ids).update(state=RunState.INTERRUPTED, message="The worker stopped; it goes on by itself.")
    return list(ImportRun.objects.filter(pk__in=ids).exclude(file="").values_list("pk", flat=True))


def _claim(run_id: UUID, at: datetime) -> ImportRun:
    """One worker at a time: whoever changes the state first has it."""
    owner = uuid4()
    mine = ImportRun.objects.filter(pk=run_id, state__in=STARTABLE) | ImportRun.objects.filter(
        pk=run_id, state=RunState.RUNNING, beat_at__lt=at - SILENT_FOR
    )
    if not mine.update(
        state=RunState.RUNNING, owner=owner, beat_at=at, finished_at=None, message="Reading the file.", problem=""
    ):
        raise RunBusy()
    run = ImportRun.objects.get(pk=run_id)
    if run.started_at is None:
        run.started_at = at
        run.save(update_fields=["started_at"])
    return run


def _prepare(run: ImportRun, importer: Importer) -> None:
    hashed = hash_source(run)
    if run.file_hash and run.file_hash != hashed:
        raise FileChanged()
    run.file_hash = hashed
    if not is_staged(run):
        run.rows_total = stage_file(run=run, importer=importer)
    run.message = ""
    run.save(update_fields=["file_hash", "rows_total", "message"])


def _apply_batch(run: ImportRun, importer: Importer, batch: StagedBatch, at: datetime) -> None:
    """Apply, count and move the resume point in one transaction; in a dry run take the effects back first."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic(durable=not run.dry_run):
                applied = _apply(run, importer, batch, at)
                problems = batch.problems()
                if not run.dry_run:
                    _keep(run, batch, applied, problems, at)
                else:
                    transaction.set_rollback(True)
            if run.dry_run:
                with transaction.atomic():
                    _keep(run, batch, applied, problems, at)
            return
        except OperationalError:
            # A deadlock or a lock held too long: nothing happened, so try again; a database that is gone is told.
            if attempt == TRIES - 1 or connection.in_atomic_block or not connection.is_usable():
                raise
            logger.warning("import batch is tried again", extra={"run": str(run.pk), "first": batch.first})


def _apply(run: ImportRun, importer: Importer, batch: StagedBatch, at: datetime) -> Applied:
    """The importer's work on a batch; halved until the row the database refuses stands alone."""
    by = Context(actor=run.actor)
    try:
        with transaction.atomic():
            return importer.apply(batch, by=by, at=at)
    except (IntegrityError, DataError, DomainError) as error:
        halves = batch.halves()
        if halves is None:
            code, title = _reason(error)
            batch.refuse_where("true", code=code, title=title)
            return Applied()
    one, other = (_apply(run, importer, half, at) for half in halves)
    return Applied(one.created + other.created, one.updated + other.updated, one.unchanged + other.unchanged)


def _reason(error: Exception) -> tuple[str, str]:
    if isinstance(error, DomainError):
        return error.problem_code, error.problem_title
    diagnosis = getattr(error.__cause__, "diag", None)
    constraint = getattr(diagnosis, "constraint_name", None)
    primary = getattr(diagnosis, "message_primary", None) or "The database refuses this row."
    return "row_refused", f"{primary} ({constraint})" if constraint else primary


def _keep(
    run: ImportRun, batch: StagedBatch, applied: Applied, problems: list[tuple[int, str, str, str]], at: datetime
) -> None:
    still_mine = ImportRun.objects.select_for_update(no_key=True).filter(pk=run.pk, owner=run.owner).exists()
    if not still_mine:
        raise RunBusy()
    RefusedRow.objects.bulk_create(
        (
            RefusedRow(run=run, row=row, code=code, title=title or "", column=column or "")
            for row, code, title, column in problems
        ),
        batch_size=2_000,
        ignore_conflicts=True,
    )
    run.rows_read += batch.count()
    run.rows_refused += len(problems)
    run.created_count += applied.created
    run.updated_count += applied.updated
    run.resume_at, run.beat_at = batch.last, at
    run.save(update_fields=["rows_read", "rows_refused", "created_count", "updated_count", "resume_at", "beat_at"])


def _finish(run: ImportRun, at: datetime) -> None:
    if run.rows_refused:
        write_error_file(run)
    run.state, run.finished_at, run.owner = RunState.DONE, at, None
    run.message = "Nothing was kept: this was a dry run." if run.dry_run else ""
    run.save(update_fields=["state", "finished_at", "owner", "message", "errors_file"])
    drop_staging(run)


def _stop(run: ImportRun, state: RunState, code: str, title: str, at: datetime) -> None:
    """Say how it ended; a connection that is gone cannot be told, and the silence says it then."""
    try:
        ImportRun.objects.filter(pk=run.pk, owner=run.owner).update(
            state=state, problem=code[:40], message=title[:500], finished_at=at, owner=None
        )
        run.refresh_from_db()
    except OperationalError:
        logger.warning("import run ended without a database", extra={"run": str(run.pk)})
