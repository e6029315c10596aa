"""How words are compared: without case, accents or punctuation, on both sides of a search."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
MAX_WORDS = 8
# Said, not sought; as the last word it may be the beginning of another ("the" of "thermal").
_PASSING = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"})


def fold(text: str) -> str:
    """`Crème-Brûlée №5` → `creme brulee no5`: what is indexed and what is asked look the same."""
    # Decomposed before the case is folded and after: styled capitals (𝐀) become letters first, İ becomes two.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return " ".join(_WORD.findall("".join(c for c in decomposed if not unicodedata.combining(c))))


def query_words(text: str) -> list[str]:
    """The words of a search, each of which must be found as the beginning of a word."""
    words = fold(text).split()
    return [word for position, word in enumerate(words) if word not in _PASSING or position == len(words) - 1][
        :MAX_WORDS
    ]
