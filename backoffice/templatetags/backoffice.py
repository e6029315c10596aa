"""What templates of the frame cannot say themselves."""

from django import template

register = template.Library()


@register.filter
def grouped(count: int) -> str:
    """12387 → “12,387”."""
    return f"{count:,}"
