"""Wiring: the ledger's part and the members' part of what loyalty answers, hears and says."""

from django.apps import AppConfig


class LoyaltyConfig(AppConfig):
    name = "loyalty"
    verbose_name = "Loyalty"

    def ready(self) -> None:
        _wire_ledger()
        _wire_members()


def _wire_ledger() -> None:
    from customers.ports import profile_panels
    from loyalty.errors.ledger import BalanceRefused, JournalCrooked, LedgerAppendOnly, ReferenceUsed
    from loyalty.facts.ledger import SENTENCES
    from loyalty.handlers import points as handlers
    from loyalty.personal_data.ledger import LedgerRecords
    from loyalty.providers.live import BalanceTopic
    from loyalty.providers.panel import PointsPanel
    from loyalty.providers.tenders import Points, StoreCredit
    from omnichannel.events.ports import describe, subscribe
    from omnichannel.kernel.personal_data import personal_data
    from omnichannel.live.ports import live_topics
    from omnichannel.rest.idempotency import map_constraint
    from orders.ports import gateways

    gateways.register("points", Points(), order=50)
    gateways.register("store_credit", StoreCredit(), order=51)
    live_topics.register("balance", BalanceTopic())
    profile_panels.register("points", PointsPanel(), order=20)
    # After orders: what a merge moves there decides nothing here, and erasing them comes first.
    personal_data.register("loyalty_ledger", LedgerRecords(), order=60)
    for name, sentence in SENTENCES.items():
        describe(name, sentence)
    subscribe(
        name="loyalty.earn_for_orders",
        facts=["order.confirmed", "order.edited", "order.attached"],
        handle=handlers.earn_for_orders,
    )
    subscribe(
        name="loyalty.take_back_earned",
        facts=["return.recorded", "order.cancelled", "order.edited"],
        handle=handlers.take_back_earned,
    )
    subscribe(name="loyalty.release_points", facts=["cart.closed"], handle=handlers.release_points)
    map_constraint("loyalty_journal_reference_key", ReferenceUsed)
    map_constraint("ledger_balance_not_negative", BalanceRefused)
    map_constraint("ledger_held_within_balance", BalanceRefused)
    map_constraint("ledger_append_only", LedgerAppendOnly)
    map_constraint("ledger_journal_balances", JournalCrooked)


def _wire_members() -> None:
    from carts.ports import code_resolvers, discount_providers
    from customers.ports import profile_panels
    from loyalty.errors.members import ReferralUsed
    from loyalty.facts.members import SENTENCES
    from loyalty.handlers import members as handlers
    from loyalty.personal_data.members import MemberRecords
    from loyalty.providers.membership_panel import MembershipPanel
    from loyalty.providers.referrals import ReferralClaims, ReferralCodes
    from omnichannel.events.ports import describe, subscribe
    from omnichannel.kernel.personal_data import personal_data
    from omnichannel.rest.idempotency import map_constraint

    # Offers are asked first, gift cards after.
    code_resolvers.register("referral", ReferralCodes(), order=200)
    discount_providers.register("referral", ReferralClaims(), order=200)
    profile_panels.register("membership", MembershipPanel(), order=21)
    personal_data.register("loyalty_members", MemberRecords(), order=61)
    for name, sentence in SENTENCES.items():
        describe(name, sentence)
    subscribe(name="loyalty.settle_referrals", facts=["order.confirmed"], handle=handlers.settle_referrals)
    subscribe(
        name="loyalty.undo_referrals", facts=["return.recorded", "order.cancelled"], handle=handlers.undo_referrals
    )
    map_constraint("referral_once_a_friend", ReferralUsed)
    map_constraint("referral_once_a_customer", ReferralUsed)
