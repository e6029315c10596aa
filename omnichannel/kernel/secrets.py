"""Encryption at rest for the secrets we must be able to read back, such as webhook signing keys."""

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def encrypt(plain: str) -> str:
    """Encrypt with the newest key of `ENCRYPTION_KEYS`."""
    return _fernet().encrypt(plain.encode()).decode()


def decrypt(stored: str) -> str:
    """Decrypt with any of `ENCRYPTION_KEYS`; raises `cryptography.fernet.InvalidToken`."""
    return _fernet().decrypt(stored.encode()).decode()


def _fernet() -> MultiFernet:
    keys = [base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()) for key in settings.ENCRYPTION_KEYS]
    return MultiFernet([Fernet(key) for key in keys])
