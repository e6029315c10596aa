"""Large libraries that most processes never use: named at the top as ever, loaded at their first use."""

import importlib
import importlib.util
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a module. The import system holds a lock while it loads, so no thread sees half of one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self.__name__), name)


def lazily(name: str) -> ModuleType:
    """The module, loaded when something of it is first asked for.

        if TYPE_CHECKING:
            import stripe
        else:
            stripe = lazily("stripe")

    Raises ModuleNotFoundError at once when it is not installed.
    """
    top = name.partition(".")[0]
    if importlib.util.find_spec(top) is None:
        raise ModuleNotFoundError(name)
    return _Later(name)
