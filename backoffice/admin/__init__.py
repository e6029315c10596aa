"""Staff screens that span apps: the frame of the admin, its home page, the pickup board, the audit."""

from backoffice.admin import audit, pickups
from backoffice.admin.frame import (
    admin_css,
    frame_context,
    navigation,
    primary_colours,
    search,
    site_title,
    tabs,
    tokens_css,
)  # fmt: skip
from backoffice.admin.home import home

__all__ = [
    "admin_css",
    "audit",
    "frame_context",
    "home",
    "navigation",
    "pickups",
    "primary_colours",
    "search",
    "site_title",
    "tabs",
    "tokens_css",
]
