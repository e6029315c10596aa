"""Rules of segments, as journeys ask them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from campaigns.segments.queries.members import explain, matches
from omnichannel.kernel.errors import DomainError


def tree_matches(tree: Mapping[str, Any], customer_id: UUID, at: datetime) -> tuple[bool, str]:
    is_so, reason = matches(tree, customer_id, at)
    return is_so, str(reason)


def explain_tree(tree: Mapping[str, Any]) -> str:
    try:
        return str(explain(tree)) if tree else "choose a rule"
    except DomainError as error:
        return error.problem_title


def tree_fault(tree: Mapping[str, Any]) -> str:
    """What is wrong with a rule, in words; empty when nothing is."""
    try:
        explain(tree)
    except DomainError as error:
        return error.problem_title
    return ""
