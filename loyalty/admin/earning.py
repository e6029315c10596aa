"""Earning rules, each read as a sentence, and the simulator that tries drafts on a month or a cart."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.models import Category
from loyalty.admin.simulator import simulator_page
from loyalty.admin.terms import MinorField, MomentWidget, is_draft, sentences
from loyalty.admin.versions import NewVersionAdmin
from loyalty.models import EarningRule
from loyalty.queries.programmes import find_programme, list_rules
from loyalty.rules.earning import check_conditions
from loyalty.rules.sentences import RuleText, rule_sentence
from loyalty.services.terms import next_rule_version, publish_rule, rule_problems, withdraw_rule
from loyalty.states.members import ProgrammeState
from omnichannel.brand.queries import get_brand
from omnichannel.kernel.channels import Channel
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import Context
from omnichannel.kernel.ids import uuid7
from omnichannel.staff.admin import service_action, staff_context
from omnichannel.staff.columns import label
from stores.models import Store

_CHANNELS = [
    (value, name) for value, name in Channel.choices if value in ("web", "mobile", "tablet", "pos", "social", "phone", "marketplace")
]  # fmt: skip
_NAMED = ("channels", "stores", "categories", "not_categories")
#: Kept as they are: written by the API or by hand, shown in the sentence.
_PASSED_ON = ("products", "variants")


class ChoicesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class RuleForm(forms.ModelForm):
    """The conditions as questions; together they are the rule's `conditions`."""

    channels = ChoicesField(choices=_CHANNELS, required=False, help_text="None ticked: everywhere.")
    stores = ChoicesField(required=False, help_text="None ticked: in every store.")
    categories = forms.MultipleChoiceField(required=False, help_text="None chosen: everything. Ctrl or ⌘ for several.")
    not_categories = forms.MultipleChoiceField(label="Except", required=False)
    tiers = forms.CharField(required=False, widget=UnfoldAdminTextInputWidget(), help_text="Separated by commas.")
    first_order = forms.BooleanField(label="Only a first order", required=False)
    minimum_minor = MinorField(label="Orders of at least", required=False, help_text="As in 50.00.")
    valid_from = forms.DateTimeField(
        label="Counts from", required=False, widget=MomentWidget(), help_text="Set when it is published."
    )
    valid_until = forms.DateTimeField(label="Counts until", required=False, widget=MomentWidget())
    per_minor = MinorField(label="For every", required=False, help_text="Spent, as in 1.00.")

    class Meta:
        model = EarningRule
        fields = (
            "key", "name", "kind", "points", "per_minor", "factor", "trigger", "once_per_customer", "cap_points", "cap_days",
            "stack_group", "priority", "valid_from", "valid_until",
        )  # fmt: skip
        labels = {
            "cap_points": "At most", "cap_days": "In days", "stack_group": "Only one of",
            "once_per_customer": "Once a customer",
        }  # fmt: skip
        help_texts = {
            "cap_points": "The most points a customer gets from this rule; empty for no limit.",
            "cap_days": "Empty: for ever.",
            "stack_group": "A name that rules share of which only the first that fits counts.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = names_in_rules()
        paths = [(row.path, names[row.path]) for row in Category.objects.order_by("path")[:500]]
        self.fields["stores"].choices = [(str(row.pk), row.name) for row in Store.objects.order_by("name")[:200]]  # type: ignore[attr-defined]  # a choice field, whatever the stubs call it
        for name in ("categories", "not_categories"):
            self.fields[name].choices = paths  # type: ignore[attr-defined]  # a choice field, whatever the stubs call it
            self.fields[name].widget.attrs |= {"size": 6, "class": "loyalty-choices"}
        wanted: Mapping[str, Any] = self.instance.conditions or {}
        for name in _NAMED:
            self.fields[name].initial = wanted.get(name, [])
        self.fields["tiers"].initial = ", ".join(wanted.get("tiers", []))
        self.fields["first_order"].initial = bool(wanted.get("first_order"))
        self.fields["minimum_minor"].initial = wanted.get("minimum_minor")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        conditions = {name: (self.instance.conditions or {}).get(name) for name in _PASSED_ON}
        conditions |= {name: cleaned.get(name) for name in _NAMED}
        conditions["tiers"] = [word.strip() for word in cleaned.get("tiers", "").split(",") if word.strip()]
        conditions["first_order"] = cleaned.get("first_order") or None
        conditions["minimum_minor"] = cleaned.get("minimum_minor")
        self.instance.conditions = {name: value for name, value in conditions.items() if value}
        cleaned["per_minor"] = cleaned.get("per_minor") or 100
        cleaned["valid_from"] = cleaned.get("valid_from") or now()
        for problem in check_conditions(self.instance.conditions):
            self.add_error(None, problem)
        if not self.errors:
            tried = EarningRule(**{name: cleaned[name] for name in ("kind", "points", "factor")})
            for problem in rule_problems(tried):
                self.add_error("factor" if tried.kind == "multiplier" else "points", problem)
        return cleaned


class BeginsForm(BaseDialogForm):
    begins = forms.DateTimeField(
        label="Counts from", required=False, widget=MomentWidget(), help_text="Empty for now. In the brand’s time."
    )


def rule_text(rule: EarningRule, currency: str, names: Mapping[str, str]) -> str:
    fields = RuleText.__dataclass_fields__
    given = {name: getattr(rule, name) for name in fields if name not in ("currency", "names")}
    return rule_sentence(RuleText(**given, currency=currency, names=names))


def names_in_rules() -> dict[str, str]:
    """What stores and categories are called, by what conditions keep of them."""
    named = dict(Category.objects.values_list("path", "name"))
    paths = {path: " › ".join(named.get(part, part) for part in _roots(path)) for path in named}
    return paths | {str(pk): name for pk, name in Store.objects.values_list("pk", "name")}


def _roots(path: str) -> list[str]:
    """`women/dresses` → `women`, `women/dresses`."""
    words = path.split("/")
    return ["/".join(words[: place + 1]) for place in range(len(words))]


def terms_currency() -> str:
    programme = find_programme(now())
    return programme.currency if programme else get_brand().default_currency


@admin.register(EarningRule)
class EarningRuleAdmin(NewVersionAdmin):
    form = RuleForm
    page_title = "Earning rules"
    empty_hint = "Add a rule: points for every dollar, more for a category, or for something done."
    list_display = ["name", "standing", "sentence", "priority", "version"]
    list_display_links = ["name"]
    list_filter = ["state", "kind"]
    search_fields = ["name", "key"]
    search_help_text = "Name"
    ordering = ["priority", "key", "-version"]
    actions_detail = ["publish", "new_version", "end"]
    actions_list = ["simulate"]
    conditional_fields: ClassVar[dict[str, str]] = {
        "points": "kind != 'multiplier'",
        "per_minor": "kind == 'spend'",
        "factor": "kind == 'multiplier'",
        "trigger": "kind == 'event'",
        "once_per_customer": "kind == 'event'",
        "channels": "kind != 'event'",
        "stores": "kind != 'event'",
        "categories": "kind != 'event'",
        "not_categories": "kind != 'event'",
        "tiers": "kind != 'event'",
        "first_order": "kind != 'event'",
        "minimum_minor": "kind != 'event'",
    }
    fieldsets = [
        (None, {"fields": ["reads", "name", "key", "kind"]}),
        (
            "What it gives",
            {"fields": [("points", "per_minor"), "factor", "trigger", "once_per_customer", ("cap_points", "cap_days")]},
        ),
        (
            "When it fits",
            {
                "fields": [
                    "channels",
                    "stores",
                    ("categories", "not_categories"),
                    ("tiers", "minimum_minor"),
                    "first_order",
                ]
            },
        ),
        ("Beside others", {"fields": [("stack_group", "priority"), ("valid_from", "valid_until")]}),
    ]
    prepopulated_fields: ClassVar[dict[str, list[str]]] = {"key": ["name"]}

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"all": ["loyalty/loyalty.css"]}

    def get_urls(self) -> list[Any]:
        own = path("simulator/", self.admin_site.admin_view(self.simulator_view), name="loyalty_earningrule_simulator")
        return [own, *super().get_urls()]

    def simulator_view(self, request: HttpRequest) -> HttpResponse:
        return simulator_page(self, request)

    def get_queryset(self, request: HttpRequest) -> Any:
        self._live = {rule.pk for rule in list_rules(now())}
        self._currency, self._names = terms_currency(), names_in_rules()
        return super().get_queryset(request)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_prepopulated_fields(request, obj) if obj is None else {}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        names = ["reads", *super().get_readonly_fields(request, obj)]
        if obj is None:
            return names
        return [*names, "key"] if is_draft(obj) else [*names, *(field.name for field in self.opts.fields)]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        row = self.get_object(request, object_id) if object_id else None
        changeable = row is None or is_draft(row)
        shown = {"show_save": changeable, "show_save_and_continue": changeable, "show_save_and_add_another": False}
        return super().changeform_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or is_draft(obj):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ["reads", "name", "priority", "valid_from", "valid_until", "created_by"]})]

    def save_model(self, request: HttpRequest, obj: EarningRule, form: Any, change: bool) -> None:
        if not change:
            by = staff_context(request)
            obj.id, obj.version, obj.state, obj.created_by, obj.created_at = (
                uuid7(),
                1,
                ProgrammeState.DRAFT,
                by.actor,
                now(),
            )
            newest = EarningRule.objects.filter(key=obj.key).order_by("-version").first()
            obj.version = newest.version + 1 if newest else 1
            obj.save(force_insert=True)
        elif is_draft(EarningRule.objects.get(pk=obj.pk)):
            obj.save()

    def row_title(self, row: EarningRule) -> str:
        return row.name

    @display(description="state")
    def standing(self, rule: EarningRule) -> SafeString:
        if rule.pk in self._live:
            return label("In force", "ok")
        if rule.state == ProgrammeState.PUBLISHED:
            return label("Begins later", "accent") if rule.valid_from > now() else label("Over")
        return label(rule.get_state_display(), "warn" if is_draft(rule) else "")

    @display(description="what it says")
    def sentence(self, rule: EarningRule) -> str:
        return rule_text(rule, self._currency, self._names)

    @display(description="how it reads")
    def reads(self, rule: EarningRule) -> SafeString | str:
        if not rule.version:
            return "Save it, and it reads here as a sentence."
        return sentences([rule_text(rule, terms_currency(), names_in_rules())])

    @action(description="Simulator", url_path="to-simulator", permissions=["view"], icon="science")
    def simulate(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=302, headers={"Location": reverse("admin:loyalty_earningrule_simulator")})

    @service_action(
        title="Publish this rule?",
        text="It counts from then on, in place of the version before. Try it in the simulator first.",
        button="Publish",
        form=BeginsForm,
        variant="primary",
        when=is_draft,
    )
    def publish(self, rule: EarningRule, *, by: Any, at: datetime, begins: datetime | None) -> str:
        return f"{publish_rule(rule_id=rule.pk, valid_from=begins, at=at).name} is published."

    def copy_as_draft(self, row: Any, *, by: Context, at: datetime) -> Any:
        return next_rule_version(rule_id=row.pk, by=by, at=at)

    @service_action(
        title="End this rule?",
        text="It gives nothing from now on; what it gave stays. A draft is withdrawn.",
        button="End",
    )
    def end(self, rule: EarningRule, *, by: Any, at: datetime) -> str:
        return f"{withdraw_rule(rule_id=rule.pk, at=at).name} gives nothing any more."
