"""Imports run in the queue `bulk`, where they keep nobody waiting."""

from uuid import UUID

from celery import shared_task

from omnichannel.kernel.clock import now
from omnichannel.transfer.errors import RunBusy
from omnichannel.transfer.services.runs import execute_run, release_silent_runs


@shared_task(name="transfer.run_import")
def run_import(run_id: str) -> None:
    """Run or go on with one import; a second delivery of the same one finds it busy or done."""
    try:
        execute_run(run_id=UUID(run_id), clock=now)
    except RunBusy:
        return


@shared_task(name="transfer.resume_interrupted")
def resume_interrupted() -> int:
    """Hand imports whose worker died to another one."""
    found = release_silent_runs(at=now())
    for run_id in found:
        run_import.delay(str(run_id))
    return len(found)
