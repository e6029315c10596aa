"""Where the demo brand sells, and who works there. Dates of the pop-up are days from the day of loading."""

from __future__ import annotations

from dataclasses import dataclass, field

Hours = dict[str, list[list[str]]]

_WEEK: Hours = {str(day): [["10:00", "19:00"]] for day in range(1, 7)} | {"7": [["11:00", "17:00"]]}
_LATE: Hours = _WEEK | {"4": [["10:00", "21:00"]], "5": [["10:00", "21:00"]]}
_SUMMER: Hours = {str(day): [["11:00", "20:00"]] for day in range(1, 8)}
_DOCK: Hours = {str(day): [["06:00", "22:00"]] for day in range(1, 7)} | {"7": []}


@dataclass(frozen=True)
class Associate:
    number: str
    name: str
    pin: str
    is_manager: bool = False
    email: str = ""


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    kind: str  # stores.states.StoreKind
    line1: str
    city: str
    region: str
    postal_code: str
    phone: str
    latitude: float
    longitude: float
    time_zone: str
    opening_hours: Hours
    associates: tuple[Associate, ...] = field(default=())
    pickup_lead_minutes: int = 60
    pickup_hold_days: int = 5
    pickup_enabled: bool = True
    ships: bool = False
    shipping_priority: int = 100
    opens_in_days: int | None = None
    closes_in_days: int | None = None
    stock_share: float = 1.0  # of a full shop's stock, for the loader


PLACES = (
    Place(
        code="harbour-street",
        name="Harbour Street",
        kind="shop",
        line1="12 Harbour Street",
        city="Portland",
        region="ME",
        postal_code="04101",
        phone="+12075550112",
        latitude=43.6568,
        longitude=-70.2489,
        time_zone="America/New_York",
        opening_hours=_LATE,
        ships=True,
        shipping_priority=50,
        associates=(
            Associate("1001", "Maya Torres", "4711", email="maya@marram.example"),
            Associate("1002", "Devon Clarke", "2580", is_manager=True, email="devon@marram.example"),
            Associate("1003", "Ines Rocha", "3690"),
        ),
    ),
    Place(
        code="old-mill",
        name="Old Mill",
        kind="shop",
        line1="3 Mill Lane",
        city="Portsmouth",
        region="NH",
        postal_code="03801",
        phone="+16035550143",
        latitude=43.0776,
        longitude=-70.7573,
        time_zone="America/New_York",
        opening_hours=_WEEK,
        stock_share=0.8,
        associates=(
            Associate("1101", "Noah Blum", "1357"),
            Associate("1102", "Aiko Tanaka", "2468", is_manager=True, email="aiko@marram.example"),
        ),
    ),
    Place(
        code="seaport",
        name="Seaport",
        kind="shop",
        line1="88 Seaport Boulevard",
        city="Boston",
        region="MA",
        postal_code="02210",
        phone="+16175550188",
        latitude=42.3519,
        longitude=-71.0446,
        time_zone="America/New_York",
        opening_hours=_LATE,
        pickup_lead_minutes=90,
        stock_share=1.2,
        associates=(
            Associate("1201", "Luca Moretti", "8642", is_manager=True, email="luca@marram.example"),
            Associate("1202", "Zoe Adeyemi", "9753"),
            Associate("1203", "Hal Jensen", "1593"),
        ),
    ),
    Place(
        code="ocean-beach",
        name="Ocean Beach",
        kind="shop",
        line1="4020 Judah Street",
        city="San Francisco",
        region="CA",
        postal_code="94122",
        phone="+14155550140",
        latitude=37.7604,
        longitude=-122.5057,
        time_zone="America/Los_Angeles",
        opening_hours=_WEEK,
        stock_share=0.9,
        associates=(
            Associate("1301", "Camila Reyes", "7531", is_manager=True, email="camila@marram.example"),
            Associate("1302", "Theo Park", "8520"),
        ),
    ),
    Place(
        code="pier-7",
        name="Pier 7 pop-up",
        kind="popup",
        line1="Pier 7",
        city="Provincetown",
        region="MA",
        postal_code="02657",
        phone="+15085550177",
        latitude=42.0509,
        longitude=-70.1836,
        time_zone="America/New_York",
        opening_hours=_SUMMER,
        pickup_lead_minutes=120,
        pickup_hold_days=2,
        opens_in_days=-21,
        closes_in_days=40,
        stock_share=0.3,
        associates=(Associate("1401", "Ruby Okafor", "9517", is_manager=True, email="ruby@marram.example"),),
    ),
    Place(
        code="lowell-warehouse",
        name="Lowell warehouse",
        kind="warehouse",
        line1="200 Canal Street",
        city="Lowell",
        region="MA",
        postal_code="01852",
        phone="+19785550200",
        latitude=42.6461,
        longitude=-71.3103,
        time_zone="America/New_York",
        opening_hours=_DOCK,
        pickup_enabled=False,
        ships=True,
        shipping_priority=10,
        stock_share=6.0,
        associates=(Associate("1501", "Samuel Adjei", "7410", is_manager=True, email="samuel@marram.example"),),
    ),
)

FIRST_PLACE = "harbour-street"  # where the tablet of the show page stands
FIRST_ASSOCIATE = "1001"


@dataclass(frozen=True)
class Staff:
    """Someone with a desk: logs in to the admin, belongs to one group of it."""

    name: str
    email: str
    group: str


STAFF = (
    Staff("Ines Rocha", "marketer@marram.example", "Marketer"),
    Staff("Devon Clarke", "manager@marram.example", "Store manager"),
    Staff("Priya Raman", "service@marram.example", "Service agent"),
    Staff("Jonas Ek", "analyst@marram.example", "Analyst"),
    Staff("Helen Brandt", "admin@marram.example", "Administrator"),
)
