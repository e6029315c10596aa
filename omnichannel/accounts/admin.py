"""Who may log in. People of the house are given roles here; customers' profiles stand under Customers."""

from contextlib import suppress
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.auth.models import Group
from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from omnichannel.accounts.models import User
from omnichannel.staff.admin import StaffAdmin, service_action
from omnichannel.staff.columns import label

# Rows of django-allauth: kept by it, shown on the user; a form of their own would only invite mistakes.
for _model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, Group):
    with suppress(NotRegistered):
        admin.site.unregister(_model)


class StaffUserCreationForm(UserCreationForm):
    usable_password = None  # everybody here has one

    class Meta:
        model = User
        fields = ("email", "name", "is_staff")


class StaffUserChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class UserAdmin(StaffAdmin):
    form = StaffUserChangeForm
    add_form = StaffUserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "name", "kind", "active", "second_step", "date_joined", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email__istartswith", "name__icontains"]
    page_title = "Who may log in"
    search_help_text = "Beginning of the email, or part of the name"
    ordering = ["-is_staff", "email"]
    readonly_fields = ["last_login", "date_joined", "second_step"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password"]}),
        (
            "May",
            {
                "fields": ["is_active", "is_staff", "is_superuser", "groups"],
                "description": "A role gives what its people need; give a role rather than single rights.",
            },
        ),
        ("Log-in", {"fields": ["second_step", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "is_staff", "password1", "password2"]})]
    actions_detail = ["reset_second_step"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        codes = Authenticator.objects.filter(user=models.OuterRef("pk"), type=Authenticator.Type.TOTP)
        return super().get_queryset(request).annotate(has_second_step=models.Exists(codes))

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, **(kwargs if obj else {"form": self.add_form, **kwargs}))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"is_staff": True, **super().get_changeform_initial_data(request)}

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":  # few: all of them in sight
            kwargs |= {"widget": UnfoldAdminCheckboxSelectMultipleWidget(), "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        # Only those who may do everything make others who may.
        locked = [] if request.user.is_superuser else ["is_superuser"]
        return [*super().get_readonly_fields(request, obj), *locked]

    def has_change_permission(self, request: HttpRequest, obj: User | str | None = None) -> bool:
        if isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.email = obj.email.strip().lower()
        super().save_model(request, obj, form, change)
        # The house vouches for the addresses of its own people.
        if obj.is_staff:
            EmailAddress.objects.update_or_create(
                user=obj, primary=True, defaults={"email": obj.email, "verified": True}
            )

    @display(description="kind")
    def kind(self, user: User) -> SafeString:
        return label("Staff", "accent") if user.is_staff else label("Customer")

    @display(description="active", boolean=True, ordering="is_active")
    def active(self, user: User) -> bool:
        return user.is_active

    @display(description="second step", boolean=True)
    def second_step(self, user: User) -> bool:
        return bool(getattr(user, "has_second_step", False))

    @service_action(
        title="Take the second step off?",
        text="For somebody who lost phone and recovery codes: make sure it is really them. They set up a new one at the next log-in.",
        button="Take the second step off",
    )
    def reset_second_step(self, user: User, *, by: Any, at: Any) -> str:
        Authenticator.objects.filter(user=user).delete()
        return f"{user.email} has no second step any more."


@admin.register(Group)
class RoleAdmin(StaffAdmin):
    """Roles: what their people may see and change."""

    page_title = "Roles"
    list_display = ["name", "people"]
    search_fields = ["name"]
    search_help_text = "Name of the role"
    filter_horizontal = ["permissions"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Group]:
        return super().get_queryset(request).annotate(people_count=models.Count("user"))

    @display(description="People")
    def people(self, role: Group) -> int:
        return int(getattr(role, "people_count", 0))
