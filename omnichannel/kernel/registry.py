"""Doors through which an app asks upward: it declares a Protocol, upper apps register providers."""

from collections.abc import Iterator
from typing import Generic, TypeVar

ProviderT = TypeVar("ProviderT")


class Registry(Generic[ProviderT]):
    """Providers of one port, by name, asked in ascending `order` (then name)."""

    def __init__(self, port: str) -> None:
        self.port = port
        self._providers: dict[str, tuple[int, ProviderT]] = {}

    def register(self, name: str, provider: ProviderT, *, order: int = 100) -> None:
        """Add a provider. Called from an `AppConfig.ready`; a second one of the same name is a bug."""
        if name in self._providers and self._providers[name][1] is not provider:
            raise ValueError(f"{self.port} already has a provider named {name}")
        self._providers[name] = (order, provider)

    def get(self, name: str) -> ProviderT:
        """The provider of this name; KeyError when there is none."""
        return self._providers[name][1]

    def find(self, name: str) -> ProviderT | None:
        entry = self._providers.get(name)
        return entry[1] if entry else None

    def names(self) -> list[str]:
        return [name for name, _ in self._ordered()]

    def __iter__(self) -> Iterator[ProviderT]:
        return (provider for _, provider in self._ordered())

    def _ordered(self) -> list[tuple[str, ProviderT]]:
        entries = sorted(self._providers.items(), key=lambda entry: (entry[1][0], entry[0]))
        return [(name, provider) for name, (_, provider) in entries]
