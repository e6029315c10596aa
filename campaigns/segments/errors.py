"""This app's coded errors."""

from dataclasses import dataclass

from omnichannel.kernel.errors import Conflict, NotFound, RuleViolation


class SegmentNotFound(NotFound):
    """There is no segment of this id or key."""

    code = "segment_not_found"
    title = "There is no such segment."


class SegmentKeyTaken(Conflict):
    code = "segment_key_taken"
    title = "Another segment has this key."


class SegmentInUse(Conflict):
    """`data.used_by` names the segments whose rules ask for it."""

    code = "segment_in_use"
    title = "Other segments ask for this one. Change them first."


class SegmentIsAList(Conflict):
    code = "segment_is_a_list"
    title = "An uploaded list has no rule: add or remove people instead."


class SegmentHasARule(Conflict):
    code = "segment_has_a_rule"
    title = "Who is in this segment follows from its rule: nobody can be put in by hand."


class ListUnreadable(RuleViolation):
    code = "segment_list_unreadable"
    title = "The file cannot be read as a list of customers."


@dataclass(frozen=True, slots=True)
class TreeProblem:
    """What is wrong at one place of a rule; `pointer` from the root of the tree (RFC 6901)."""

    pointer: str
    code: str
    title: str


class TreeInvalid(RuleViolation):
    """`problems` says place by place what is wrong, in words for the marketer."""

    code = "segment_rule_invalid"
    title = "The rule cannot be used as it is."

    def __init__(self, problems: list[TreeProblem]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(
            first.code if len(problems) == 1 else "",
            first.title if len(problems) == 1 else "",
            pointer=first.pointer or "/",
            problems=[{"pointer": row.pointer, "code": row.code, "title": row.title} for row in problems],
        )
