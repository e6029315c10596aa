"""The valid minimum of places, stock, devices and associates. Stock is made through the ledger."""

from collections.abc import Mapping
from typing import Any

import factory
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from factory.django import DjangoModelFactory

from catalog.models import Variant
from omnichannel.kernel.clock import now
from omnichannel.kernel.context import SYSTEM
from omnichannel.kernel.ids import new_token, token_hash
from stores.models import Associate, Device, StockLevel, Store
from stores.services.ledger import Movement, open_levels, write_movements
from stores.states import DeviceState, MovementKind
from tests.catalog.factories import VariantFactory

ALWAYS_OPEN = {str(day): [["00:00", "24:00"]] for day in range(1, 8)}
PIN = "4711"


class StoreFactory(DjangoModelFactory):
    """A shop in Portland, Maine, that is always open and ships."""

    class Meta:
        model = Store

    code = factory.Sequence(lambda n: f"store-{n}")
    name = factory.Sequence(lambda n: f"Store {n}")
    line1 = "12 Harbour Street"
    city = "Portland"
    region = "ME"
    postal_code = "04101"
    latitude = 43.6568
    longitude = -70.2489
    time_zone = "America/New_York"
    opening_hours = ALWAYS_OPEN
    ships = True


class StockLevelFactory(factory.Factory):
    """A level with the ledger that makes it: `StockLevelFactory(store=…, variant=…, on_hand=10)`."""

    class Meta:
        model = StockLevel

    store = factory.SubFactory(StoreFactory)
    variant = factory.SubFactory(VariantFactory)
    on_hand = 10

    @classmethod
    def _create(cls, model_class: type[StockLevel], *args: Any, **kwargs: Any) -> StockLevel:
        store, variant = kwargs.pop("store"), kwargs.pop("variant")
        counts = {name: kwargs.pop(name, 0) for name in ("on_hand", "incoming", "damaged")}
        open_levels([(store.id, variant.id)])
        StockLevel.objects.filter(store=store, variant=variant).update(**kwargs)
        if any(counts.values()):
            write_movements(
                [Movement(store_id=store.id, variant_id=variant.id, kind=MovementKind.IMPORT, **counts)],
                by=SYSTEM,
                at=now(),
            )
        return StockLevel.objects.get(store=store, variant=variant)


def stock_up(variant: Variant, units: Mapping[Store, int]) -> None:
    """Levels of one variant in several stores, with the ledger that makes them: two statements for all."""
    open_levels([(store.id, variant.id) for store in units])
    made = [
        Movement(store_id=store.id, variant_id=variant.id, kind=MovementKind.IMPORT, on_hand=on_hand)
        for store, on_hand in units.items()
        if on_hand
    ]
    write_movements(made, by=SYSTEM, at=now())


class DeviceFactory(DjangoModelFactory):
    """An enrolled tablet; its token is `device.token`."""

    class Meta:
        model = Device

    store = factory.SubFactory(StoreFactory)
    name = factory.Sequence(lambda n: f"Tablet {n}")
    state = DeviceState.ACTIVE
    enrolled_at = factory.LazyFunction(now)

    @classmethod
    def _create(cls, model_class: type[Device], *args: Any, **kwargs: Any) -> Device:
        token = kwargs.pop("token", None) or new_token()
        if kwargs["state"] == DeviceState.ACTIVE:
            kwargs["token_hash"] = token_hash(token)
        device = super()._create(model_class, *args, **kwargs)
        device.token = token
        return device


class AssociateFactory(DjangoModelFactory):
    """An associate with the PIN 4711; `stores=[…]` says where they work."""

    class Meta:
        model = Associate
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Associate {n}")

    @classmethod
    def _create(cls, model_class: type[Associate], *args: Any, **kwargs: Any) -> Associate:
        # One round of hashing: the product's are slow on purpose.
        kwargs["pin_hash"] = PBKDF2PasswordHasher().encode(kwargs.pop("pin", PIN), "salt", iterations=1)
        return super()._create(model_class, *args, **kwargs)

    @factory.post_generation
    def stores(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.stores.set(extracted)  # type: ignore[attr-defined]  # self is the associate here
