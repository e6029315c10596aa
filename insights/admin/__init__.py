"""Staff screens of the figures."""

from insights.admin.paths import PathAdmin

__all__ = ["PathAdmin"]
