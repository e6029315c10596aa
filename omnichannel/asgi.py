"""The live process: `granian --interface asgi omnichannel.asgi:application`. It streams and does nothing else."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")
django.setup()

from omnichannel.live.app import LiveApp  # noqa: E402  after the apps have registered their topics

application = LiveApp()
