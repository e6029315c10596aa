"""What staff are asked before a service runs: each dialog says what it would move."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from omnichannel.kernel.errors import DomainError
from omnichannel.kernel.money import format_money
from omnichannel.staff.admin import ReasonForm
from orders.models import OrderLine, Payment
from orders.services.cancelling import MoneyPreview, preview_cancel
from orders.states import ReturnCondition, ReturnReason
from stores.queries import list_stores


def tell_preview(preview: MoneyPreview) -> str:
    """The money in a sentence: how much, and to which tender."""
    if not preview.refunds:
        return "Nothing was paid, so nothing goes back."
    names = dict(
        Payment.objects.filter(pk__in=[row.payment_id for row in preview.refunds]).values_list("pk", "provider")
    )
    ways = {"refund": "to", "void": "released on", "capture_less": "not taken from"}
    parts = [
        f"{format_money(row.amount_minor, preview.currency)} {ways[row.way]} {names[row.payment_id]}"
        for row in preview.refunds
    ]
    return "Goes back: " + ", ".join(parts) + "."


class CancelForm(ReasonForm):
    """Says what cancelling now gives back."""

    def __init__(self, request: HttpRequest, object_id: UUID | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        if object_id:
            try:
                self.fields["reason"].help_text = tell_preview(
                    preview_cancel(order_id=UUID(str(object_id)), lines=None)
                )
            except (DomainError, ValueError) as error:
                self.fields["reason"].help_text = getattr(error, "problem_title", "")


class LinkForm(BaseDialogForm):
    pass


class NoteForm(BaseDialogForm):
    note = forms.CharField(label="Note", max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


class ReturnForm(BaseDialogForm):
    """How many of each line came back, in what state, and into which store."""

    condition = forms.ChoiceField(choices=ReturnCondition.choices, widget=UnfoldAdminSelectWidget)
    reason = forms.ChoiceField(choices=ReturnReason.choices, widget=UnfoldAdminSelectWidget)
    store = forms.ChoiceField(label="Goods are in", required=False, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(required=False, max_length=500, widget=UnfoldAdminTextInputWidget())

    def __init__(self, request: HttpRequest, object_id: UUID | str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.fields["store"].choices = [
            ("", "Nowhere: nothing goes back to stock"),
            *[(str(s.pk), s.name) for s in list_stores()],
        ]
        lines = OrderLine.objects.filter(order_id=object_id).order_by("position") if object_id else []
        for line in lines:
            left = line.quantity - line.cancelled_quantity - line.returned_quantity
            if left:
                self.fields[f"line_{line.pk.hex}"] = forms.IntegerField(
                    label=f"{line.name} ({line.sku})", min_value=0, max_value=left, initial=0, required=False,
                    help_text=f"of {left}", widget=UnfoldAdminIntegerFieldWidget,
                )  # fmt: skip
        self.order_fields([name for name in self.fields if name.startswith("line_")])


class CodeForm(BaseDialogForm):
    code = forms.CharField(label="The customer's pickup code", max_length=20, widget=UnfoldAdminTextInputWidget())


class PlaceForm(BaseDialogForm):
    place = forms.CharField(label="Where it waits", max_length=60, required=False, widget=UnfoldAdminTextInputWidget())


class TrackingForm(BaseDialogForm):
    carrier = forms.CharField(max_length=60, widget=UnfoldAdminTextInputWidget())
    tracking_number = forms.CharField(max_length=100, widget=UnfoldAdminTextInputWidget())
    tracking_url = forms.URLField(
        required=False, max_length=500, assume_scheme="https", widget=UnfoldAdminTextInputWidget()
    )


class ResolveForm(BaseDialogForm):
    note = forms.CharField(label="What was found", max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))
