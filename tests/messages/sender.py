"""A worker that plans and sends until nothing is left: `python -m tests.messages.sender`. Killed by the tests."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]


def start_sender(port: int, data_dir: Path) -> subprocess.Popen[bytes]:
    """In a process of its own, on the tests' database, mailing to the server at this port."""
    from django.db import connection

    at = connection.settings_dict
    url = f"postgresql://{at['USER']}:{quote(at['PASSWORD'] or '')}@/{at['NAME']}?host={quote(at['HOST'], safe='')}"
    environment = os.environ | {
        "DATABASE_URL": url, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "DATA_DIR": str(data_dir),
        "DJANGO_SETTINGS_MODULE": "omnichannel.settings", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "tests.messages.sender"], cwd=ROOT, env=environment)


def main() -> None:
    import django

    django.setup()
    from campaigns.messages.models import Campaign
    from campaigns.messages.services.campaigns import plan_batch, start_due
    from campaigns.messages.services.sending import send_due
    from omnichannel.kernel.clock import now

    while True:
        start_due(at=now())
        planned = sum(
            plan_batch(campaign_id=pk, at=now())
            for pk in Campaign.objects.filter(state="running").values_list("pk", flat=True)
        )
        if not planned and not send_due(at=now()):
            time.sleep(0.2)


if __name__ == "__main__":
    main()
