"""The questions offers ask of the apps above."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from omnichannel.kernel.registry import Registry


class LabelNames(Protocol):
    """What the labels of one kind are called."""

    def list_names(self) -> Sequence[tuple[str, str]]:
        """(key, name) of each that an offer can ask for, in the order they are offered."""

    def names_of(self, keys: Collection[str]) -> Mapping[str, str]:
        """Names by key, also of those that can no longer be asked for."""


#: By kind of label: `label_names.register("segment", SegmentNames())`. A kind nobody names shows its keys.
label_names: Registry[LabelNames] = Registry("label_names")
