"""The link by which somebody without a log-in answers whether we may show their picture."""

from uuid import UUID

from django.conf import settings
from django.core import signing

SALT = "campaigns.social.rights"
DAYS = 60


def rights_token(post_id: UUID) -> str:
    return signing.dumps(str(post_id), salt=SALT)


def rights_url(post_id: UUID) -> str:
    """The page with the question; it calls `POST /api/v1/social/rights/{token}`."""
    return f"{settings.SITE_URL or 'http://127.0.0.1:8000'}/social/rights/{rights_token(post_id)}"


def post_of_token(token: str) -> UUID | None:
    """The post of a link we gave out and that is not too old."""
    try:
        return UUID(signing.loads(token, salt=SALT, max_age=DAYS * 24 * 3600))
    except (signing.BadSignature, ValueError, TypeError):
        return None
