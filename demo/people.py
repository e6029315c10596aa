"""Who buys from the demo brand: its heroine, the regulars with a face, and names to make the others from."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    given_name: str
    family_name: str
    email: str
    phone: str = ""
    line1: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    near: str = ""  # code of the place they are closest to

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


HEROINE = Person(
    "Suzie",
    "Lindqvist",
    "suzie.l@example.com",
    "+12075550131",
    "27 Spring Street",
    "Portland",
    "ME",
    "04102",
    "harbour-street",
)
HEROINE_AT = (43.6535, -70.2625)  # where her phone says she is: at home

REGULARS = (
    Person(
        "Amara",
        "Diallo",
        "amara.diallo@example.com",
        "+12075550151",
        "9 Pine Street",
        "Portland",
        "ME",
        "04102",
        "harbour-street",
    ),
    Person(
        "Lena",
        "Fischer",
        "lena.fischer@example.com",
        "+12075550152",
        "31 Congress Street",
        "Portland",
        "ME",
        "04101",
        "harbour-street",
    ),
    Person(
        "Omar",
        "Haddad",
        "omar.haddad@example.com",
        "+12075550153",
        "118 Danforth Street",
        "Portland",
        "ME",
        "04102",
        "harbour-street",
    ),
    Person(
        "Grace", "Kim", "grace.kim@example.com", "+16175550154", "52 Summer Street", "Boston", "MA", "02110", "seaport"
    ),
    Person(
        "Sam",
        "O’Neill",
        "sam.oneill@example.com",
        "+12075550155",
        "6 Wharf Street",
        "Portland",
        "ME",
        "04101",
        "harbour-street",
    ),
    Person(
        "Jonas",
        "Weber",
        "jonas.weber@example.com",
        "+16035550156",
        "14 Bow Street",
        "Portsmouth",
        "NH",
        "03801",
        "old-mill",
    ),
    Person(
        "Priya",
        "Nair",
        "priya.nair@example.com",
        "+16175550157",
        "77 Congress Street",
        "Boston",
        "MA",
        "02210",
        "seaport",
    ),
    Person(
        "Tom",
        "Reyes",
        "tom.reyes@example.com",
        "+14155550158",
        "1290 Irving Street",
        "San Francisco",
        "CA",
        "94122",
        "ocean-beach",
    ),
    Person("Chidi", "Obi", "chidi.obi@example.com", "+16175550159", "240 A Street", "Boston", "MA", "02210", "seaport"),
    Person(
        "Ida",
        "Holm",
        "ida.holm@example.com",
        "+15085550160",
        "19 Commercial Street",
        "Provincetown",
        "MA",
        "02657",
        "pier-7",
    ),
)

GIVEN_NAMES = (
    "Ada", "Alma", "Amir", "Ana", "Anders", "Anika", "Arthur", "Astrid", "Aya", "Ben", "Bianca", "Bruno", "Carla", "Chloe", "Clara",
    "Dara", "Diego", "Dina", "Edith", "Elias", "Elena", "Emil", "Esther", "Eva", "Fatima", "Felix", "Fiona", "Frida", "Gus", "Hana",
    "Hugo", "Ibrahim", "Ida", "Ingrid", "Iris", "Isaac", "Ivy", "Jamal", "Jana", "Jasper", "Joan", "Jonah", "Jun", "Kai", "Karin", "Kofi",
    "Lars", "Leila", "Leo", "Liam", "Lila", "Linh", "Lucia", "Mae", "Marco", "Maren", "Marta", "Mateo", "Mei", "Milo", "Mina", "Nadia",
    "Nico", "Nils", "Nina", "Noor", "Nora", "Olga", "Omar", "Oscar", "Otis", "Paula", "Petra", "Rafael", "Ravi", "Rosa", "Ruth", "Sana",
    "Sara", "Selma", "Simon", "Sofia", "Soren", "Stella", "Sven", "Tara", "Theo", "Tilda", "Uma", "Vera", "Viktor", "Wanda", "Yara", "Yusuf", "Zara", "Zoe",
)  # fmt: skip

FAMILY_NAMES = (
    "Abbott", "Adeyemi", "Almeida", "Andersson", "Aoki", "Bakker", "Baptiste", "Becker", "Bennett", "Berg", "Bianchi", "Brennan", "Castillo",
    "Chen", "Cohen", "Costa", "Dahl", "Das", "Delgado", "Desai", "Doyle", "Dubois", "Eriksen", "Evans", "Farah", "Ferreira", "Foster", "Friedman",
    "Garcia", "Gill", "Greene", "Gupta", "Haas", "Hansen", "Hoang", "Holm", "Ibrahim", "Ito", "Jansen", "Joshi", "Kaya", "Keller", "Khan",
    "Kowalski", "Lam", "Larsen", "Lehmann", "Lopez", "Lund", "Mancini", "Marsh", "Mbeki", "Mehta", "Moreau", "Mori", "Murphy", "Nakamura",
    "Ncube", "Nguyen", "Novak", "Okoye", "Olsen", "Ortiz", "Park", "Patel", "Pereira", "Quinn", "Rahman", "Reid", "Rossi", "Sato", "Schmidt",
    "Shah", "Silva", "Singh", "Sorensen", "Stone", "Suzuki", "Tan", "Torres", "Toth", "Tran", "Vargas", "Vos", "Walsh", "Weiss", "Wong", "Yilmaz", "Young", "Zhang",
)  # fmt: skip


def imagine_people(count: int, *, seed: int = 7) -> Iterator[Person]:
    """As many people as asked for, the same ones for the same seed, each with an email of its own."""
    chance = random.Random(seed)
    places = ("harbour-street", "old-mill", "seaport", "ocean-beach", "pier-7")
    for number in range(count):
        given, family = chance.choice(GIVEN_NAMES), chance.choice(FAMILY_NAMES)
        yield Person(
            given,
            family,
            f"{given}.{family}.{number}@example.com".lower(),
            f"+1207555{1000 + number % 9000:04d}",
            near=chance.choice(places),
        )
