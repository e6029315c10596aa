"""Wiring: the ledger's part and the members' part of what loyalty answers, hears and says."""

from django.apps import AppConfig


class LoyaltyConfig(AppConfig):
    name = "loyalty"
    verbose_name = "Loyalty"

    def ready(self) -> None:
        _wire_members()


def _wire_members() -> None:
    from carts.ports import code_resolvers, discount_providers
    from loyalty.errors.members import ReferralUsed
    from loyalty.facts.members import SENTENCES
    from loyalty.handlers import members as handlers
    from loyalty.personal_data.members import MemberRecords
    from loyalty.providers.referrals import ReferralClaims, ReferralCodes
    from omnichannel.events.ports import describe, subscribe
    from omnichannel.kernel.personal_data import personal_data
    from omnichannel.rest.idempotency import map_constraint

    # Offers are asked first, gift cards after.
    code_resolvers.register("referral", ReferralCodes(), order=200)
    discount_providers.register("referral", ReferralClaims(), order=200)
    personal_data.register("loyalty_members", MemberRecords(), order=61)
    for name, sentence in SENTENCES.items():
        describe(name, sentence)
    subscribe(name="loyalty.settle_referrals", facts=["order.confirmed"], handle=handlers.settle_referrals)
    subscribe(
        name="loyalty.undo_referrals", facts=["return.recorded", "order.cancelled"], handle=handlers.undo_referrals
    )
    map_constraint("referral_once_a_friend", ReferralUsed)
    map_constraint("referral_once_a_customer", ReferralUsed)
