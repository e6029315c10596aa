"""What an address and a phone number look like, country by country. Pure data.

Postal patterns follow the Universal Postal Union's descriptions; a country that is not listed takes any code.
"""

from collections.abc import Mapping
from dataclasses import dataclass

DIALLING_CODES: Mapping[str, str] = {
    "AE": "971", "AR": "54", "AT": "43", "AU": "61", "BE": "32", "BG": "359", "BR": "55", "CA": "1", "CH": "41",
    "CL": "56", "CN": "86", "CO": "57", "CY": "357", "CZ": "420", "DE": "49", "DK": "45", "EE": "372", "EG": "20",
    "ES": "34", "FI": "358", "FR": "33", "GB": "44", "GR": "30", "HK": "852", "HR": "385", "HU": "36", "ID": "62",
    "IE": "353", "IL": "972", "IN": "91", "IS": "354", "IT": "39", "JP": "81", "KE": "254", "KR": "82", "LI": "423",
    "LT": "370", "LU": "352", "LV": "371", "MA": "212", "MT": "356", "MX": "52", "MY": "60", "NG": "234", "NL": "31",
    "NO": "47", "NZ": "64", "PE": "51", "PH": "63", "PK": "92", "PL": "48", "PR": "1", "PT": "351", "RO": "40",
    "RS": "381", "SA": "966", "SE": "46", "SG": "65", "SI": "386", "SK": "421", "TH": "66", "TR": "90", "TW": "886",
    "UA": "380", "US": "1", "UY": "598", "VN": "84", "ZA": "27",
}  # fmt: skip

# The digit dialled before a number inside the country; "0" where nothing is said, "" where there is none.
TRUNK_PREFIXES: Mapping[str, str] = {
    "US": "", "CA": "", "PR": "", "DK": "", "NO": "", "ES": "", "PT": "", "GR": "", "CZ": "", "PL": "", "IT": "",
    "EE": "", "LV": "", "LU": "", "IS": "", "HK": "", "SG": "", "MT": "", "CY": "", "MX": "", "CL": "", "HU": "06",
}  # fmt: skip


@dataclass(frozen=True)
class AddressForm:
    """postal  pattern of the code, in upper case; None when the country has none or it is not checked.
    regions    ISO 3166-2 suffixes; empty when any text, or none, will do.
    """

    postal: str | None = None
    postal_required: bool = True
    regions: frozenset[str] = frozenset()


_US = frozenset(
    [
        "AL",
        "AK",
        "AZ",
        "AR",
        "CA",
        "CO",
        "CT",
        "DE",
        "FL",
        "GA",
        "HI",
        "ID",
        "IL",
        "IN",
        "IA",
        "KS",
        "KY",
        "LA",
        "ME",
        "MD",
        "MA",
        "MI",
        "MN",
        "MS",
        "MO",
        "MT",
        "NE",
        "NV",
        "NH",
        "NJ",
        "NM",
        "NY",
        "NC",
        "ND",
        "OH",
        "OK",
        "OR",
        "PA",
        "RI",
        "SC",
        "SD",
        "TN",
        "TX",
        "UT",
        "VT",
        "VA",
        "WA",
        "WV",
        "WI",
        "WY",
        "DC",
        "AS",
        "GU",
        "MP",
        "PR",
        "VI",
        "AA",
        "AE",
        "AP",
    ]
)
_CA = frozenset(["AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"])
_AU = frozenset(["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"])

FIVE, FOUR, SIX = r"\d{5}", r"\d{4}", r"\d{6}"
FORMS: Mapping[str, AddressForm] = {
    "US": AddressForm(r"\d{5}(-\d{4})?", regions=_US),
    "CA": AddressForm(r"[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d", regions=_CA),
    "AU": AddressForm(FOUR, regions=_AU),
    "GB": AddressForm(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}"),
    "IE": AddressForm(r"[A-Z]\d[\dW] [A-Z\d]{4}", postal_required=False),
    "DE": AddressForm(FIVE), "FR": AddressForm(FIVE), "ES": AddressForm(FIVE), "IT": AddressForm(FIVE),
    "FI": AddressForm(FIVE), "EE": AddressForm(FIVE), "HR": AddressForm(FIVE), "TR": AddressForm(FIVE),
    "MX": AddressForm(FIVE), "TH": AddressForm(FIVE), "MY": AddressForm(FIVE), "KR": AddressForm(FIVE),
    "UA": AddressForm(FIVE), "AT": AddressForm(FOUR), "BE": AddressForm(FOUR), "CH": AddressForm(FOUR),
    "DK": AddressForm(FOUR), "NO": AddressForm(FOUR), "HU": AddressForm(FOUR), "BG": AddressForm(FOUR),
    "SI": AddressForm(FOUR), "LU": AddressForm(FOUR), "NZ": AddressForm(FOUR), "ZA": AddressForm(FOUR),
    "LI": AddressForm(FOUR), "CY": AddressForm(FOUR), "RO": AddressForm(SIX), "IN": AddressForm(r"[1-9]\d{5}"),
    "CN": AddressForm(SIX), "SG": AddressForm(SIX), "NL": AddressForm(r"\d{4} [A-Z]{2}"),
    "PT": AddressForm(r"\d{4}-\d{3}"), "PL": AddressForm(r"\d{2}-\d{3}"), "SE": AddressForm(r"\d{3} \d{2}"),
    "CZ": AddressForm(r"\d{3} \d{2}"), "SK": AddressForm(r"\d{3} \d{2}"), "GR": AddressForm(r"\d{3} \d{2}"),
    "JP": AddressForm(r"\d{3}-\d{4}"), "BR": AddressForm(r"\d{5}-\d{3}"), "IL": AddressForm(r"\d{7}|\d{5}"),
    "LT": AddressForm(r"(LT-)?\d{5}"), "LV": AddressForm(r"LV-\d{4}"), "IS": AddressForm(r"\d{3}"),
    "AE": AddressForm(postal_required=False), "HK": AddressForm(postal_required=False),
}  # fmt: skip
ANYWHERE = AddressForm(postal_required=False)
