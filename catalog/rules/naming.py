"""What categories are called where their place in the tree is not seen."""

from collections import Counter
from collections.abc import Mapping


def told_apart(categories: Mapping[str, str]) -> dict[str, str]:
    """Names of categories by path; those that several carry by their whole path: `Women › Jackets`."""
    carried = Counter(categories.values())

    def name_of(path: str) -> str:
        if carried[categories[path]] == 1:
            return categories[path]
        parts = path.split("/")
        above = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
        return " › ".join([*(categories[each] for each in above if each in categories), categories[path]])

    return {path: name_of(path) for path in categories}
