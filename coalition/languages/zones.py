"""Time zones by country, from the IANA data that comes with tzdata."""

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

MOST_PEOPLE = {
    "AQ": "UTC",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "XK": "Europe/Belgrade",
}
"""Where the first of a country's zones in the data is not that of most of its people; and Kosovo, which has none."""


def zones_of(country: str) -> tuple[str, ...]:
    """The IANA zones of a country (ISO 3166, two letters), that of most people first; () for none or unknown."""
    code = country.upper()
    zones = _table().get(code, ())
    first = MOST_PEOPLE.get(code)
    if first is None:
        return zones
    return (first, *(zone for zone in zones if zone != first))


def guess_zone(country: str) -> str:
    """The zone most people of a country live in; "UTC" where the country is not known. A guess, to be marked as one."""
    return next(iter(zones_of(country)), "UTC")


def is_zone(zone: str) -> bool:
    """Whether this is the name of an IANA zone."""
    return zone in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _table() -> dict[str, tuple[str, ...]]:
    """Country to zones, from the lines "code, coordinates, zone, remark" of the IANA table."""
    zones: dict[str, tuple[str, ...]] = {}
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        country, _coordinates, zone, *_remark = line.split("\t")
        zones[country] = (*zones.get(country, ()), zone)
    return zones
