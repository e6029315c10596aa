"""What segments, messages, journeys and consent add to the house: one of each thing, and a good body for each write."""

import base64
from typing import Any

from campaigns.journeys.models import Enrolment
from campaigns.journeys.services.publishing import save_draft
from campaigns.messages.models import Message
from campaigns.segments.services.saving import NewSegment, create_segment
from customers.models import Customer, Identity, Source
from customers.queries.links import newsletter_token, preferences_token
from customers.services.joining import join_identity
from customers.services.merging import merge_customers
from customers.services.newsletter import request_newsletter
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from tests.customers.factories import CustomerFactory
from tests.journeys.factories import Happened, happen, make_journey, step, trigger
from tests.loyalty.factories import ProgrammeFactory, give
from tests.messages.people import proposed

_TREE = {"kind": "order", "count": {"op": ">=", "value": 1}}
_GRAPH = {"steps": [trigger("pause"), step("pause", "wait", "bye", amount=1, unit="hours"), step("bye", "exit", reason="Enough")]}  # fmt: skip


def telling_ids(customer: Customer) -> dict[str, Any]:
    """A segment, a journey that somebody waits in, a campaign, a message in the inbox, a visitor and a record that joined."""
    at = now()
    ProgrammeFactory()
    give(customer.pk, 1_000)
    journey = make_journey(*_GRAPH["steps"], key="house")
    happen(Happened(customer_id=customer.pk), at=at)
    save_draft(journey_id=journey.pk, graph=_GRAPH, note="", by=SYSTEM, at=at)
    segment = create_segment(new=NewSegment(name="House", tree=_TREE), by=SYSTEM, at=at)
    join_identity(customer_id=customer.pk, value="phone-7", how="log_in", by=SYSTEM, at=at)
    merge = merge_customers(from_id=CustomerFactory().pk, to_id=customer.pk, reason="One person", by=SYSTEM, at=at)
    asked = request_newsletter(email="nora@example.com", wording="v1", by=SYSTEM, at=at)
    assert asked is not None
    proposed(customer, dedup="inbox", channels=("inbox",))
    proposed(customer, dedup="tablet", channels=("tablet",))
    return {
        "journey_id": str(journey.pk),
        "enrolment_id": str(Enrolment.objects.get().pk),
        "step": "pause",
        "number": 1,
        "segment_id": str(segment.pk),
        "key": "points_statement",
        "inbox_id": str(Message.objects.get(channel="inbox").pk),
        "prompt_id": str(Message.objects.get(channel="tablet").pk),
        "identity_id": str(Identity.objects.get(kind="anonymous", value="phone-7").pk),
        "twin_id": str(CustomerFactory().pk),
        "customer_merge_id": str(merge.pk),
        "preferences_token": preferences_token(customer.pk),
        "newsletter_token": newsletter_token(asked.pk),
        "source_id": str(Source.objects.create(name="Website", key_hash="0" * 64, key_hint="0000").pk),
    }


_CHOICES = {"choices": [{"channel": "email", "purpose": "marketing", "granted": True}], "locale": "de"}
_WORDS = {
    "name": "Points", "subject": "Your points", "preheader": "They wait", "text": "They wait for you",
    "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>Hello</mj-text></mj-column></mj-section></mj-body></mjml>",
}  # fmt: skip
TELLING_BODIES: dict[str, Any] = {
    "cart_hold_points": {"points": 100},
    "customers_identities_release": {"reason": "A library's computer"},
    "customers_note": {"note": "Rings twice"},
    "customer_letter": {"subject": "Your jacket", "words": "It waits until Friday.", "by": "inbox"},
    "customers_merges_make": lambda own, house: {"from_id": house.ids["twin_id"], "reason": "One person"},
    "me_preferences_change": _CHOICES,
    "preferences_change": _CHOICES,
    "newsletter_request": {"email": "ida@example.com"},
    "newsletter_confirm": lambda own, house: {"token": house.ids["newsletter_token"]},
    "segments_preview": {"tree": _TREE, "sample": 2},
    "segments_create": {"name": "Buyers", "tree": _TREE},
    "segments_update": {"name": "Others"},
    "segments_change_list": lambda own, house: {"add": [str(own.customer.pk)]},
    "segments_upload_list": {"content_base64": base64.b64encode(b"suzie@example.com").decode()},
    "campaigns_create": {"name": "Summer", "template": "points_statement", "utm_campaign": "summer"},
    "campaigns_audience": {"segments": [], "channels": ["email"]},
    "campaign_change": {"name": "Late summer"},
    "campaign_schedule": {},
    "message_template_save": _WORDS,
    "message_template_preview": {"words": _WORDS},
    "message_template_paper": {"words": _WORDS},
    "message_template_test": {"words": _WORDS, "to": "staff@example.com"},
    "journeys_create": {"key": "another", "name": "Another", "graph": _GRAPH},
    "journeys_check": {"graph": _GRAPH},
    "journeys_update": {"name": "Other"},
    "journeys_draft_save": {"graph": _GRAPH, "note": "The same"},
    "journeys_publish": {},
    "journeys_simulate": lambda own, house: {"customer": str(own.customer.pk), "graph": _GRAPH},
    "journeys_person_exit": {"reason": "Asked for it"},
}
