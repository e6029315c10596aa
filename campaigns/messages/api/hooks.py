"""What mail services tell of bounces and complaints: django-anymail reads and checks it, per service."""

from importlib import import_module
from typing import Any

import orjson
from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDictKeyError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from omnichannel.integrations.services.refusals import count_refused
from omnichannel.kernel.clock import now
from omnichannel.rest.problems import problem

#: Services whose webhooks are signed or carry a secret, by the name in the address.
_VIEWS = {
    "amazon_ses": ("amazon_ses", "AmazonSESTrackingWebhookView"),
    "brevo": ("brevo", "BrevoTrackingWebhookView"),
    "mailersend": ("mailersend", "MailerSendTrackingWebhookView"),
    "mailgun": ("mailgun", "MailgunTrackingWebhookView"),
    "mailjet": ("mailjet", "MailjetTrackingWebhookView"),
    "mandrill": ("mandrill", "MandrillCombinedWebhookView"),
    "postal": ("postal", "PostalTrackingWebhookView"),
    "postmark": ("postmark", "PostmarkTrackingWebhookView"),
    "resend": ("resend", "ResendTrackingWebhookView"),
    "sparkpost": ("sparkpost", "SparkPostTrackingWebhookView"),
}


@csrf_exempt
@require_POST
def tracking_hook(request: HttpRequest, service: str) -> HttpResponse:
    """Bad signatures, other people's forms and services that are not set up change nothing and are told why."""
    if service not in _VIEWS:
        return problem(404, "not_found", "No mail service of this name is known.")
    module, name = _VIEWS[service]
    try:
        view: Any = getattr(import_module(f"anymail.webhooks.{module}"), name)
        # Services that do not sign prove themselves by a secret in the address: without one anybody could bounce anybody.
        if getattr(view, "warn_if_no_basic_auth", False) and not settings.ANYMAIL.get("WEBHOOK_SECRET"):
            return _counted(service, problem(404, "not_set_up", "This mail service is not set up here."))
        return view.as_view()(request)
    except AnymailWebhookValidationFailure:
        return _counted(service, problem(400, "bad_signature", "The signature is not that of this mail service."))
    except (AnymailConfigurationError, ImproperlyConfigured, ImportError):
        return _counted(service, problem(404, "not_set_up", "This mail service is not set up here."))
    except (KeyError, ValueError, TypeError, AttributeError, MultiValueDictKeyError):
        return _counted(service, problem(400, "malformed", "This is not what this mail service sends."))


def _counted(service: str, refusal: HttpResponse) -> HttpResponse:
    told = orjson.loads(refusal.content)
    count_refused(door=f"mail {service}", code=told["code"], reason=told["title"], at=now())
    return refusal
