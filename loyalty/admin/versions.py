"""What has versions is never changed once published: a draft that says the same is made, changed and published."""

from abc import abstractmethod
from datetime import datetime
from typing import Any

from django.urls import reverse

from omnichannel.kernel.context import Context
from omnichannel.staff.admin import StaffAdmin, Told, service_action


class NewVersionAdmin(StaffAdmin):
    """An admin with the action `new_version`, which leads to the draft it made."""

    @abstractmethod
    def copy_as_draft(self, row: Any, *, by: Context, at: datetime) -> Any:
        """The row of the new version."""

    @service_action(
        title="Work on a new version?",
        text="A draft that says the same, to change and publish. This one goes on until then.",
        button="New version",
    )
    def new_version(self, row: Any, *, by: Context, at: datetime) -> Told:
        draft = self.copy_as_draft(row, by=by, at=at)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return Told(
            f"Version {draft.version} is a draft: change it and publish it.", url=reverse(name, args=[draft.pk])
        )
