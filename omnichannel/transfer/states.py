from django.db import models


class RunState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    INTERRUPTED = "interrupted", "Interrupted: can be resumed"


# A failed run (an unreadable file) may be tried again too: nothing of it is in.
STARTABLE = frozenset({RunState.WAITING, RunState.INTERRUPTED, RunState.FAILED})
