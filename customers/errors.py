"""This app's coded errors."""

from omnichannel.kernel.errors import Busy, Conflict, NotFound, RuleViolation


class CustomerNotFound(NotFound):
    """Missing, or not the caller's to see: the answer is the same."""


class AddressNotFound(NotFound):
    """Missing, or another customer's."""


class IdentityNotFound(NotFound):
    """Missing, or not one that can be let go."""


class SourceNotFound(NotFound):
    """There is no such source."""


class LinkInvalid(RuleViolation):
    code = "link_invalid"
    title = "This link is not one of ours, or it was cut off on its way. Open it again from the mail."


class LinkExpired(RuleViolation):
    code = "link_expired"
    title = "This link is too old. Ask for a new one."


class SourceNameTaken(Conflict):
    code = "source_name_taken"
    title = "Another source has this name."


class EmailInvalid(RuleViolation):
    code = "email_invalid"
    title = "This is not an email address we can write to."


class PhoneInvalid(RuleViolation):
    code = "phone_invalid"
    title = "This is not a phone number of that country. Give it with its country code, as in +1 207 555 0131."


class AddressInvalid(RuleViolation):
    """`data.problems` names every field that does not fit the country."""

    code = "address_invalid"
    title = "The address does not fit its country."


class TooManyAddresses(RuleViolation):
    code = "too_many_addresses"
    title = "An address book holds at most 50 addresses."


class ExternalIdTaken(Conflict):
    code = "external_id_taken"
    title = "Another customer has this external id."


class MergeRefused(Conflict):
    code = "merge_refused"
    title = "These two customers cannot be made one."


class NumberTaken(Busy):
    """Two customers drew the same number in the same moment; the next attempt draws another."""


class CustomerKnown(Conflict):
    """`data.candidates` are those who have the email or phone."""

    code = "customer_known"
    title = "Somebody with this email or phone is known already."


class EmailOfLogIn(RuleViolation):
    code = "email_of_log_in"
    title = "The customer logs in with this email; only they can change it."
