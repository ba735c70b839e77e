"""A day, a time and a zone in a form, and the words for what no clock shows or shows twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from coalition import languages
from coalition.intake.moments import (
    MomentRefused,
    NotADay,
    NotATime,
    TimeComesTwice,
    TimeIsSkipped,
    UnknownZone,
    read_moment,
)
from coalition.web.desk import choices
from coalition.web.desk.frame import language
from coalition.web.desk.typed import Typed

PARTS = {"day": "date", "time": "time", "zone": "zone"}
"""Part of a moment to the ending of its field's name."""


@dataclass(slots=True)
class MomentField:
    """A moment as its three fields show it."""

    name: str
    date: str = ""
    time: str = ""
    zone: str = "UTC"
    errors: dict[str, str] = field(default_factory=dict)
    which: list[dict[str, str]] = field(default_factory=list)
    """Where the time comes twice: the two instants to choose from, as options."""

    @property
    def zones(self) -> list[tuple[str, str]]:
        """The zones to choose from, the present one among them."""
        every = choices.zones()
        is_listed = not self.zone or any(zone == self.zone for zone, _name in every)
        return every if is_listed else [(self.zone, self.zone), *every]


def moment_field(name: str, instant: datetime | None, zone: str) -> MomentField:
    """The fields for an instant that is kept, or for none yet."""
    if instant is None:
        return MomentField(name, zone=zone)
    local = instant.astimezone(ZoneInfo(zone))
    return MomentField(name, f"{local:%Y-%m-%d}", f"{local:%H:%M}", zone)


def read(typed: Typed, name: str, zone: str, *, missing: str = "") -> tuple[MomentField, datetime | None]:
    """The fields as typed, and the instant they name; None where none was typed, or where something has to change.

    `zone` holds where the form does not ask for one. `missing` is what to do where no instant may be left out.
    """
    sent = typed.sent
    shown = MomentField(
        name,
        date=typed.get(f"{name}_date"),
        time=typed.get(f"{name}_time"),
        zone=typed.get(f"{name}_zone") or zone,
    )
    if not shown.date.strip():  # a time alone is what the empty form shows
        if missing:
            _wrong(typed, shown, "day", missing)
        return shown, None
    try:
        return shown, read_moment(shown.date, shown.time, shown.zone, which=sent.get(f"{name}_which", ""))
    except TimeComesTwice as refused:
        shown.which = [_option("first", refused.first), _option("second", refused.second)]
        _wrong(typed, shown, refused.part, _("Clocks are put back then, and this time comes twice. Choose which one."))
    except MomentRefused as refused:
        _wrong(typed, shown, refused.part, _sentence(refused))
    return shown, None


def in_words(instant: datetime, *zones: str) -> list[str]:
    """An instant in each of the zones, and in UTC."""
    return [languages.moment_words(instant, zone, language()) for zone in dict.fromkeys((*zones, "UTC"))]


def _wrong(typed: Typed, shown: MomentField, part: str, words: str) -> None:
    ending = PARTS[part]
    shown.errors[ending] = words
    typed.wrong(f"{shown.name}_{ending}", words)


def _sentence(refused: MomentRefused) -> str:
    if isinstance(refused, TimeIsSkipped):
        shows = f"{refused.after:%H:%M}"
        return str(_("Clocks are put forward then, and this time does not exist. Choose %(time)s.", time=shows))
    words = {
        NotADay: _("Enter the day as year, month and day, like 2027-03-01."),
        NotATime: _("Enter the time on the 24-hour clock, like 18:00."),
        UnknownZone: _("Choose a time zone from the list."),
    }
    return str(words[type(refused)])


def _option(value: str, local: datetime) -> dict[str, str]:
    offset = f"{local:%z}"
    label = _("%(time)s, UTC%(offset)s", time=f"{local:%H:%M}", offset=f"{offset[:3]}:{offset[3:]}")
    return {"value": value, "label": label}
