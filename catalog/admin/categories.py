"""The category tree and the tax categories."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from catalog.admin.writing import answer, write_through
from catalog.models import Category, TaxCategory
from catalog.services import categories
from omnichannel.kernel.context import Context
from omnichannel.staff.admin import StaffAdmin


@admin.register(Category)
class CategoryAdmin(StaffAdmin):
    list_display = ["path", "name", "position"]
    search_fields = ["path", "name"]
    search_help_text = "Name or path"
    empty_hint = "The tree that shoppers walk; a product hangs on one of its branches."
    fields = ["name", "slug", "parent", "position"]
    autocomplete_fields = ["parent"]
    ordering = ["path"]

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        cleaned = form.cleaned_data
        parent_id: UUID | None = cleaned["parent"].pk if cleaned["parent"] else None

        def write(by: Context, at: datetime) -> str:
            if not change:
                made = categories.create_category(
                    name=cleaned["name"], slug=cleaned["slug"], parent_id=parent_id, position=cleaned["position"]
                )
                obj.pk = made.pk
                return f"{made.path} is added."
            categories.update_category(
                category_id=obj.pk, name=cleaned["name"], slug=cleaned["slug"], position=cleaned["position"], at=at
            )
            moved = categories.move_category(category_id=obj.pk, parent_id=parent_id, at=at)
            return f"{moved.path} is saved, with everything below it."

        write_through(request, write)

    def delete_model(self, request: HttpRequest, obj: Category) -> None:
        def write(by: Context, at: datetime) -> str:
            categories.delete_category(category_id=obj.pk)
            return f"{obj.path} is gone."

        write_through(request, write)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return None if getattr(request, "refused", False) else super().log_addition(request, obj, message)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return answer(request, obj, adding=True)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return answer(request, obj, adding=False)


@admin.register(TaxCategory)
class TaxCategoryAdmin(StaffAdmin):
    list_display = ["name", "code"]
