"""Programmes with versions: a draft is worked on, published with a date, and read ever after."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from loyalty.admin.versions import NewVersionAdmin
from loyalty.models import Programme, ReferralProgramme
from loyalty.queries.programmes import find_programme
from loyalty.queries.referrals import find_terms
from loyalty.rules.sentences import ReferralText, TermsText, referral_sentences, terms_sentences
from loyalty.services.terms import first_version, next_version, publish_terms, withdraw_terms
from loyalty.states.members import ProgrammeState
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.money import Money, minor_from_decimal
from omnichannel.staff.admin import service_action, staff_context
from omnichannel.staff.columns import label, person


class MomentWidget(UnfoldAdminTextInputWidget):
    input_type = "datetime-local"


class MinorField(forms.DecimalField):
    """Money as people type it, 15.00, kept in minor units of the brand's currency."""

    widget = UnfoldAdminTextInputWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_digits=11, decimal_places=2, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return Money(value, get_brand().default_currency).decimal if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else minor_from_decimal(amount, get_brand().default_currency)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except forms.ValidationError:
            return True


class GoLiveForm(BaseDialogForm):
    goes_live = forms.DateTimeField(
        label="Goes live on", required=False, widget=MomentWidget(), help_text="Empty for now. In the brand’s time."
    )


#: What the fields ask, where their names do not say it: label and help.
ASKED: dict[str, tuple[str, str]] = {
    "members_only": ("Members alone earn", "Off: every customer we know earns."),
    "pending_days": ("Days until they may be spent", "0 for at once. The return window is a good length."),
    "earn_on_tax": ("Tax counts as spent", ""),
    "earn_on_points": ("What points paid counts too", ""),
    "expiry_months": ("After so many months", ""),
    "return_grace_days": ("Days for points that come back", "Points given back after their expiry live so long."),
    "burn_points": ("So many points", ""),
    "burn_minor": ("are worth", "As in 1.00."),
    "burn_minimum": ("Fewest points a bill takes", ""),
    "burn_step": ("In steps of", ""),
    "burn_max_share_pct": ("Most of a bill, in %", ""),
    "hold_minutes": ("Minutes a cart keeps points", ""),
    "debt_policy": ("Spent meanwhile", "When points are taken back that are gone already."),
    "approval_points": ("Points one person may adjust", "More waits for a second member of staff."),
    "approval_minor": ("Credit one person may adjust", "As in 50.00."),
    "is_open": ("Codes are in use", "Off: they are refused from the go-live date on."),
    "member_minor": ("Voucher for the member", "As in 15.00."),
    "friend_minor": ("Voucher for the friend", "As in 15.00."),
    "voucher_days": ("Days until it lapses", ""),
    "minimum_minor": ("First order of at least", "As in 25.00; 0 for any. Goods after discounts."),
    "qualifies": ("It counts", ""),
    "qualify_days": ("Days of the return window", ""),
    "clawback": ("When the order comes back", ""),
    "velocity_limit": ("More friends than this", "wait for review …"),
    "velocity_hours": ("in so many hours", ""),
    "note": ("What changed", "For whoever reads this next year."),
}


def is_draft(row: Any) -> bool:
    return bool(row.state == ProgrammeState.DRAFT)


def not_begun(row: Any) -> bool:
    begun = row.state == ProgrammeState.PUBLISHED and row.goes_live_at is not None and row.goes_live_at <= now()
    return row.state != ProgrammeState.WITHDRAWN and not begun


def sentences(lines: list[str]) -> SafeString:
    return format_html(
        '<div class="loyalty-says">{}</div>', format_html_join("", "<p>{}</p>", ((line,) for line in lines))
    )


class VersionsAdmin(NewVersionAdmin):
    """What both kinds of terms share. `in_force` finds the version that counts; `says` puts one into sentences."""

    list_display = ["version_shown", "standing", "first_words", "goes_live_at", "note", "written_by"]
    list_display_links = ["version_shown"]
    ordering = ["-version"]
    actions_detail = ["publish", "new_version", "withdraw"]
    warn_unsaved_form = True

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["loyalty/loyalty.css"]}

    def in_force(self, at: datetime) -> Any:
        raise NotImplementedError

    def says(self, row: Any) -> list[str]:
        raise NotImplementedError

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        title, help_text = ASKED.get(db_field.name, ("", None))
        if db_field.name.endswith("_minor"):
            return MinorField(label=title, help_text=help_text or "", initial=db_field.default)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and title:
            field.label, field.help_text = title, help_text
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Published terms are read as sentences."""
        if obj is None or is_draft(obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ["reads", "standing", "goes_live_at", "note", "written_by", "created_at"]})]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = ["reads", "standing", "written_by", *super().get_readonly_fields(request, obj)]
        if obj is None or is_draft(obj):
            return names
        return names + [field.name for field in self.opts.fields]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        row = self.get_object(request, object_id) if object_id else None
        changeable = row is None or is_draft(row)
        shown = {"show_save": changeable, "show_save_and_continue": changeable, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            first_version(obj, by=staff_context(request), at=now())
        elif is_draft(self.model._default_manager.get(pk=obj.pk)):
            obj.save()

    @display(description="version", ordering="version")
    def version_shown(self, row: Any) -> str:
        return f"Version {row.version}"

    @display(description="state")
    def standing(self, row: Any) -> SafeString:
        live = self.in_force(now())
        if live is not None and live.pk == row.pk:
            return label("In force", "ok")
        if row.state == ProgrammeState.PUBLISHED:
            ahead = row.goes_live_at is not None and row.goes_live_at > now()
            return label("Goes live later", "accent") if ahead else label("Replaced")
        return label(row.get_state_display(), "warn" if is_draft(row) else "")

    @display(description="in short")
    def first_words(self, row: Any) -> str:
        return self.says(row)[0]

    @display(description="how it reads")
    def reads(self, row: Any) -> SafeString | str:
        return sentences(self.says(row)) if row.pk and row.version else "Save it, and it reads here as sentences."

    @display(description="by", ordering="created_by")
    def written_by(self, row: Any) -> str:
        return person(row.created_by)

    def row_title(self, row: Any) -> str:
        return f"Version {row.version}"

    @service_action(
        title="Publish these terms?",
        text="From then on they count. Published terms are never changed: what was promised stays.",
        button="Publish",
        form=GoLiveForm,
        variant="primary",
        when=is_draft,
    )
    def publish(self, row: Any, *, by: Any, at: datetime, goes_live: datetime | None) -> str:
        done = publish_terms(terms=row, goes_live_at=goes_live, at=at)
        return f"Version {done.version} is published."

    def copy_as_draft(self, row: Any, *, by: Context, at: datetime) -> Any:
        return next_version(terms=row, by=by, at=at)

    @service_action(
        title="Withdraw this version?",
        text="It will never count. Terms that are in force are replaced by publishing others.",
        button="Withdraw",
        when=not_begun,
    )
    def withdraw(self, row: Any, *, by: Any, at: datetime) -> str:
        return f"Version {withdraw_terms(terms=row, at=at).version} is withdrawn."


@admin.register(Programme)
class ProgrammeAdmin(VersionsAdmin):
    page_title = "Points programme"
    empty_hint = "Write the first terms: what a point is worth, when it may be spent and when it lapses."
    fieldsets = [
        (None, {"fields": ["reads", "name", "currency", "members_only", "note"]}),
        ("Earning", {"fields": [("pending_days",), ("earn_on_tax", "earn_on_points")]}),
        ("Expiry", {"fields": [("expiry", "expiry_months"), "return_grace_days"]}),
        (
            "Spending",
            {
                "fields": [
                    ("burn_points", "burn_minor"),
                    ("burn_minimum", "burn_step"),
                    ("burn_max_share_pct", "hold_minutes"),
                ]
            },
        ),
        ("Taking back and putting right", {"fields": ["debt_policy", ("approval_points", "approval_minor")]}),
    ]

    def in_force(self, at: datetime) -> Programme | None:
        return find_programme(at)

    def says(self, row: Programme) -> list[str]:
        names = TermsText.__dataclass_fields__
        return terms_sentences(TermsText(**{name: getattr(row, name) for name in names}))


@admin.register(ReferralProgramme)
class ReferralProgrammeAdmin(VersionsAdmin):
    page_title = "Referral programme"
    empty_hint = "Write the first terms: what a member and a friend get, and when."
    fieldsets = [
        (None, {"fields": ["reads", "is_open", "note"]}),
        ("Rewards", {"fields": [("member_minor", "friend_minor"), ("currency", "voucher_days")]}),
        ("When it counts", {"fields": ["minimum_minor", ("qualifies", "qualify_days"), "clawback"]}),
        ("Review", {"fields": [("velocity_limit", "velocity_hours")]}),
    ]

    def in_force(self, at: datetime) -> ReferralProgramme | None:
        return find_terms(at)

    def says(self, row: ReferralProgramme) -> list[str]:
        names = ReferralText.__dataclass_fields__
        return referral_sentences(ReferralText(**{name: getattr(row, name) for name in names}))
