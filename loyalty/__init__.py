"""Points, store credit and referral codes: one ledger, the same on every channel at the same second."""
