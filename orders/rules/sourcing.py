"""From which store a parcel goes."""

from collections.abc import Mapping
from uuid import UUID


def choose_sources(
    wanted: Mapping[UUID, int], sources: Mapping[UUID, Mapping[UUID, int]], *, counted: frozenset[UUID]
) -> dict[UUID, dict[UUID, int]]:
    """Units by store: one store when one has all, else as few as a walk down the priorities finds.

    wanted   units by variant.
    sources  available units by variant, by store, in order of priority.
    counted  variants whose stock decides; the others go along from anywhere.
    What nobody has falls to the first store, where the ledger refuses it or takes it as a back-order.
    """
    for store, levels in sources.items():
        if all(levels.get(variant, 0) >= units for variant, units in wanted.items() if variant in counted):
            return {store: dict(wanted)}
    left = dict(wanted)
    chosen: dict[UUID, dict[UUID, int]] = {}
    for store, levels in sources.items():
        for variant in list(left):
            units = min(left[variant], max(0, levels.get(variant, 0)))
            if units:
                chosen.setdefault(store, {})[variant] = units
                left[variant] -= units
                if not left[variant]:
                    del left[variant]
    if left and sources:
        first = next(iter(chosen or sources))
        for variant, units in left.items():
            row = chosen.setdefault(first, {})
            row[variant] = row.get(variant, 0) + units
    return chosen
