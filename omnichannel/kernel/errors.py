"""Coded errors of the domain. They know nothing of HTTP; `rest/problems.py` renders them."""

from typing import Any, ClassVar


class DomainError(Exception):
    """Something the domain refuses, with a stable `code` and data a client can act on.

    Raise one of the kinds below, or a subclass of a kind declared in the app's `errors`.
    `title` is one plain sentence for a person; `pointer` names the input it belongs to (RFC 6901).
    """

    code: ClassVar[str] = ""
    title: ClassVar[str] = ""

    def __init__(self, code: str = "", title: str = "", *, pointer: str = "", **data: Any) -> None:
        self.problem_code = code or type(self).code
        self.problem_title = title or type(self).title
        self.pointer = pointer
        self.data = data
        super().__init__(self.problem_code, data)


class NotFound(DomainError):
    """There is no such thing, or it is somebody else's: the two are told apart for nobody."""

    code = "not_found"
    title = "There is nothing here under this name."


class Forbidden(DomainError):
    """The caller is known and may not do this."""

    code = "forbidden"
    title = "You may not do this."


class Conflict(DomainError):
    """The state of things does not allow this now."""

    code = "conflict"
    title = "This does not fit the present state."


class RuleViolation(DomainError):
    """The input is well-formed and a rule of the domain refuses it."""

    code = "rule_violation"
    title = "A rule does not allow this."


class Stale(DomainError):
    """The caller acted on an older version than the one that stands (If-Match failed)."""

    code = "stale"
    title = "This has changed since you read it."


class Busy(DomainError):
    """A lock was not to be had in time. Nothing happened; the caller may try again."""

    code = "busy"
    title = "This is being changed by someone else at this moment. Try again."
