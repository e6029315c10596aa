"""One throttle for every caller, by kind."""

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle


class PrincipalThrottle(BaseThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        return True
