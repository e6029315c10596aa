"""What templates of the frame cannot say themselves."""

from typing import Any

from django import template
from django.contrib import admin
from django.utils.text import capfirst

register = template.Library()


@register.filter
def grouped(count: int) -> str:
    """12387 → “12,387”."""
    return f"{count:,}"


@register.filter
def list_title(opts: Any) -> str:
    """What the list of a model is called in the sidebar and above itself."""
    return getattr(admin.site.get_model_admin(opts.model), "page_title", "") or capfirst(opts.verbose_name_plural)
