"""The web process: `granian --interface wsgi omnichannel.wsgi:application`."""

import os
from collections.abc import Iterable

from django.core.wsgi import get_wsgi_application
from django.urls import URLPattern, URLResolver, get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")

application = get_wsgi_application()


def _compile(addresses: Iterable[URLPattern | URLResolver]) -> None:
    """Import every view and compile every route before the first caller comes, and before workers are forked: once for all."""
    for each in addresses:
        each.pattern.regex  # noqa: B018  reading it is the work
        if isinstance(each, URLResolver):
            _compile(each.url_patterns)


_compile([get_resolver()])
