"""Guessing codes: a few wrong ones, then a wait. Counted in the cache; without it the code's own strength stands."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from omnichannel.kernel.errors import RuleViolation
from omnichannel.rest.principal import Caller, principal_of
from omnichannel.rest.throttles import client_address

WINDOW_SECONDS = 600
ALLOWED = 20


@contextmanager
def limited_guesses(request: Request, purpose: str) -> Iterator[None]:
    """Counts what the block refuses as unknown; after twenty in ten minutes it is not even tried. Raises Throttled (429)."""
    principal = principal_of(request)
    caller = client_address(request._request) if principal.kind is Caller.ANONYMOUS else principal.key
    key = f"guesses:{purpose}:{caller}"
    if int(cache.get(key, 0) or 0) >= ALLOWED:
        raise Throttled(wait=WINDOW_SECONDS)
    try:
        yield
    except RuleViolation as error:
        if error.problem_code.endswith("_unknown"):
            cache.add(key, 0, WINDOW_SECONDS)
            try:
                cache.incr(key)
            except ValueError:  # expired between the two calls
                cache.set(key, 1, WINDOW_SECONDS)
        raise
