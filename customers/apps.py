"""Wiring: what happens here when django-allauth says that somebody signed up or proved an address."""

from typing import Any

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from allauth.account import signals

        from customers.errors import ExternalIdTaken, NumberTaken, SourceNameTaken
        from customers.facts import SENTENCES
        from customers.handlers import join_order_to_visits
        from customers.personal_data import CustomerRecords
        from customers.providers.customers_csv import CUSTOMERS_EXPORT, CustomersImporter, ShopifyCustomersImporter
        from customers.providers.live import CustomerTopic
        from customers.providers.visitors import Visitors
        from customers.rules.meanings import MEANINGS
        from omnichannel.events.ports import describe, subscribe, visitor_guards
        from omnichannel.kernel.personal_data import personal_data
        from omnichannel.live.ports import live_topics
        from omnichannel.rest.idempotency import map_constraint
        from omnichannel.transfer.ports import exporters, importers

        importers.register("customers", CustomersImporter(), order=40)
        importers.register("shopify_customers", ShopifyCustomersImporter(), order=41)
        exporters.register("customers", CUSTOMERS_EXPORT, order=40)
        subscribe(
            name="customers.join_order_to_visits", facts=["order.placed", "order.attached"], handle=join_order_to_visits
        )
        map_constraint("customers_source_name_key", SourceNameTaken)
        live_topics.register("customer", CustomerTopic())
        personal_data.register("customers", CustomerRecords(), order=10)
        visitor_guards.register("customers", Visitors())
        for name, sentence in SENTENCES.items():
            describe(name, sentence)
        for name, meaning in MEANINGS.items():
            describe(name, meaning)
        map_constraint("customers_customer_number_key", NumberTaken)
        map_constraint("customers_customer_external_id_key", ExternalIdTaken)
        signals.user_signed_up.connect(_signed_up, dispatch_uid="customers")
        signals.user_logged_in.connect(_signed_up, dispatch_uid="customers")
        signals.email_confirmed.connect(_email_confirmed, dispatch_uid="customers")
        signals.email_changed.connect(_email_changed, dispatch_uid="customers")


def _signed_up(request: Any, user: Any, **_: Any) -> None:
    """At sign-up; at log-in too, for users made without one (a crash between two writes, an import)."""
    from customers.services.accounts import ensure_customer_for_user, verify_email
    from omnichannel.kernel.clock import now

    if user.is_staff or hasattr(user, "customer"):
        return
    by, at = _context(request), now()
    ensure_customer_for_user(user=user, by=by, at=at)
    # A social provider has often proven the address before we saw it.
    proven = user.emailaddress_set.filter(verified=True, primary=True).first()
    if proven is not None:
        verify_email(user=user, email=proven.email, by=by, at=at)


def _email_confirmed(request: Any, email_address: Any, **_: Any) -> None:
    from customers.services.accounts import verify_email
    from omnichannel.kernel.clock import now

    user = email_address.user
    if user.is_staff or email_address.email.lower() != user.email.lower():
        return
    verify_email(user=user, email=email_address.email, by=_context(request), at=now())


def _email_changed(request: Any, user: Any, to_email_address: Any, **_: Any) -> None:
    from customers.services.accounts import change_email
    from omnichannel.kernel.clock import now

    if not user.is_staff:
        change_email(
            user=user, email=to_email_address.email, verified=to_email_address.verified, by=_context(request), at=now()
        )


def _context(request: Any) -> Any:
    from omnichannel.kernel.channels import Channel
    from omnichannel.kernel.context import Context

    is_app = request is not None and request.path.startswith("/_allauth/app/")
    return Context(
        channel=Channel.MOBILE if is_app else Channel.WEB,
        actor="account",
        request_id=str(getattr(request, "request_id", "") or ""),
    )
