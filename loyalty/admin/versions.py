"""What has versions is never changed once published: a draft that says the same is made, changed and published."""

from abc import abstractmethod
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from omnichannel.kernel.context import Context
from omnichannel.staff.admin import StaffAdmin, run_service


class NewVersionAdmin(StaffAdmin):
    """An admin with the action `new_version`, which leads to the draft it made."""

    @abstractmethod
    def copy_as_draft(self, row: Any, *, by: Context, at: datetime) -> Any:
        """The row of the new version."""

    @action(
        description="New version",
        permissions=["change"],
        url_path="new-version",
        dialog={
            "title": "Work on a new version?",
            "description": "A draft that says the same, to change and publish. This one goes on until then.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Make a draft",
        },
    )
    def new_version(self, request: HttpRequest, form: BaseDialogForm, object_id: Any) -> HttpResponse:
        row = get_object_or_404(self.get_queryset(request), pk=object_id)
        made: list[Any] = []

        def copy(by: Context, at: datetime) -> str:
            made.append(self.copy_as_draft(row, by=by, at=at))
            return f"Version {made[0].version} is a draft: change it and publish it."

        run_service(request, row, copy, given={})
        target = made[0].pk if made else object_id
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponse(headers={"HX-Redirect": reverse(name, args=[target])})
