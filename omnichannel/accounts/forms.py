"""The two steps by which staff log in."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from unfold.forms import AuthenticationForm
from unfold.widgets import UnfoldAdminTextInputWidget


class PasswordForm(AuthenticationForm):
    """Guesses are counted for each email and address by django-allauth, as those of customers are."""

    error_messages = {
        "invalid_login": "This email and password do not belong together, or they are not staff's.",
        "inactive": "This email and password do not belong together, or they are not staff's.",
    }

    def clean(self) -> dict[str, Any]:
        email, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if email and password:
            # Raises when there were too many.
            self.user_cache = get_adapter().authenticate(self.request, email=email, password=password)
            if self.user_cache is None or not self.user_cache.is_staff or not self.user_cache.is_active:
                raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")
        return self.cleaned_data


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=UnfoldAdminTextInputWidget(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).replace(" ", "").replace("-", "")
