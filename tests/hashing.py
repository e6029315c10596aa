"""Passwords and PINs of tests: the real algorithm, one round. Hashing is slow on purpose, which no test is about."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    iterations = 1
