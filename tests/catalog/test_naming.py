"""Categories of one name are told apart by their path."""

from catalog.rules.naming import told_apart


def test_only_names_that_several_carry_are_told_by_their_path():
    names = {
        "women": "Women", "women/jackets": "Jackets", "women/swim": "Swim", "men": "Men", "men/outer": "Outer layers",
        "men/outer/jackets": "Jackets", "lost/jackets": "Jackets",
    }  # fmt: skip
    assert told_apart(names) == names | {
        "women/jackets": "Women › Jackets",
        "men/outer/jackets": "Men › Outer layers › Jackets",
        "lost/jackets": "Jackets",
    }
