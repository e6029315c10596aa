"""The web process: `granian --interface wsgi omnichannel.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")

application = get_wsgi_application()
# Every view is imported before the first caller comes, not while that one waits.
get_resolver().url_patterns  # noqa: B018  reading it is the work
