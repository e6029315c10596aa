"""How django-allauth writes to people: through the templates, the brand kit and the queue of this app."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from babel.dates import format_datetime
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from campaigns.messages.rules.catalogue import SAMPLE_ACCOUNT
from campaigns.messages.services.sending import Intent, intend_message
from customers.queries import find_customer_of_user
from customers.rules.contact import normalize_email
from omnichannel.kernel.clock import now

# What allauth calls a mail → ours; anything else it may send one day is told as a plain notice.
_KEYS = {
    "account/email/email_confirmation": "verify_email",
    "account/email/email_confirmation_signup": "verify_email",
    "account/email/password_reset_key": "reset_password",
    "account/email/account_already_exists": "account_exists",
    "account/email/unknown_account": "unknown_account",
    "account/email/login_code": "login_code",
    "account/email/email_changed": "email_changed",
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_changed",
    "account/email/password_set": "password_changed",
    "mfa/email/totp_activated": "mfa_added",
    "mfa/email/totp_deactivated": "mfa_removed",
}
_TITLES = {
    "mfa/email/recovery_codes_generated": "There are new recovery codes for your account",
    "socialaccount/email/account_connected": "Your account is linked to another log-in now",
    "socialaccount/email/account_disconnected": "A log-in was unlinked from your account",
    "account/email/email_deleted": "An email address was taken off your account",
    "account/email/email_confirm": "An email address of your account was confirmed",
}


class AccountAdapter(DefaultAccountAdapter):
    """Customers sign up with an email and a password, by code or by a provider."""

    def clean_email(self, email: str) -> str:
        """One spelling for each address, so that no second account hides behind capitals or a Unicode domain."""
        normal = normalize_email(email)
        if normal is None:
            raise self.validation_error("invalid_email")
        return normal

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every path through here costs the same: one message written, whether or not the address is known."""
        at = now()
        key = _KEYS.get(template_prefix, "account_notice")
        user = context.get("user")
        customer = find_customer_of_user(user.pk) if user is not None else None
        account = dict.fromkeys(SAMPLE_ACCOUNT, "") | {
            "url": _url(key, context),
            "code": str(context.get("code", "")),
            "at": f"{format_datetime(at, 'MMMM d, yyyy', locale='en')} at {format_datetime(at, 'HH:mm', locale='en')} UTC",
            "title": _TITLES.get(template_prefix, "Your account has changed"),
            "from_email": str(context.get("from_email", "")),
            "to_email": str(context.get("to_email", "")),
        }
        intend_message(
            intent=Intent(
                template_key=key,
                # allauth decides when to write and how often; each call is a message of its own.
                dedup_key=f"account:{key}:{uuid4()}",
                recipient=email,
                data={"account": account},
                customer_id=customer.pk if customer else None,
            ),
            at=at,
        )

    def send_account_already_exists_mail(self, email: str) -> None:
        """A new account costs a password hash, the one step that takes long enough to be felt: so does a known email."""
        make_password(str(uuid4()))
        super().send_account_already_exists_mail(email)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True


AccountAdapter.error_messages = DefaultAccountAdapter.error_messages | {
    "invalid_email": "This is not an email address we can write to."
}


def _url(key: str, context: dict[str, Any]) -> str:
    for name in ("activate_url", "password_reset_url", "signup_url"):
        if context.get(name):
            return str(context[name])
    return ""
