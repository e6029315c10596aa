"""What each staff role may see and change: app label and model → actions. `*` stands for all models of an app."""

from collections.abc import Iterator

VIEW = ("view",)
EDIT = ("view", "add", "change")
ALL = ("view", "add", "change", "delete")

ROLES: dict[str, dict[str, tuple[str, ...]]] = {
    "Marketer": {
        "catalog.*": VIEW,
        "customers.*": VIEW,
        "carts.cart": VIEW,
        "carts.cartline": VIEW,
        "orders.*": VIEW,
        "customers.suppression": ALL,
        "loyalty.*": EDIT,
        "campaign_offers.*": EDIT,
        "campaign_segments.*": ALL,
        "campaign_messages.*": EDIT,
        "campaign_journeys.*": ALL,
        "campaign_audiences.*": EDIT,
        "campaign_social.*": EDIT,
        "insights.*": VIEW,
        "events.event": VIEW,
        "brand.brandkit": ("view", "change"),
    },
    "Store manager": {
        "catalog.*": VIEW,
        "customers.*": EDIT,
        "carts.*": VIEW,
        "orders.*": ("view", "change"),
        "stores.*": EDIT,
        "loyalty.*": VIEW,
        "campaign_offers.*": VIEW,
        "insights.*": VIEW,
        "events.event": VIEW,
    },
    "Service agent": {
        "catalog.*": VIEW,
        "customers.*": EDIT,
        "carts.*": ("view", "change"),
        "orders.*": ("view", "change"),
        "stores.*": VIEW,
        "loyalty.*": VIEW,
        "loyalty.adjustment": ("view", "add"),
        "campaign_offers.*": VIEW,
        "campaign_messages.message": VIEW,
        "campaign_messages.decision": VIEW,
        "events.event": VIEW,
    },
    "Analyst": {"*": VIEW},
    "Administrator": {"*": ALL},
}

# What no role but the administrator's reads: keys, secrets, sessions.
SECRET_APPS = frozenset({"integrations", "sessions", "mfa", "account", "socialaccount"})


def codenames(role: str, models: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """(app label, permission codename) pairs of a role. `models`: app label → model names."""
    for pattern, actions in ROLES[role].items():
        app, _, model = pattern.partition(".")
        for label in models if app == "*" else [app]:
            if app == "*" and role != "Administrator" and label in SECRET_APPS:
                continue
            for name in models.get(label, []) if model in ("*", "") else [model]:
                yield from ((label, f"{action}_{name}") for action in actions)
