"""What the product is without one of its safeguards: changes made in memory when a process starts, for drills alone.

Each module has `TAKEN_OUT`: the name of a safeguard, what is missing without it, and each place where it stands
("package.module:Class.attribute") with a function that is given what stands there and says what shall stand instead.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VARIABLE = "DRILL_WITHOUT"
"""The variable of the environment that names the safeguard to be taken out; its name stands in no setting."""


@dataclass(frozen=True, slots=True)
class Without:
    """The product without a safeguard."""

    words: str
    """What is missing, as a sentence goes on after "without": "the sync to the disk"."""
    places: Mapping[str, Callable[[Any], Any]]


def known() -> dict[str, Without]:
    """Every safeguard that can be taken out, by its name."""
    found: dict[str, Without] = {}
    for module in iter_modules(__path__):
        taken_out: dict[str, Without] = importlib.import_module(f"{__name__}.{module.name}").TAKEN_OUT
        if both := found.keys() & taken_out.keys():
            raise ValueError(f"two safeguards are called {', '.join(both)}")
        found |= taken_out
    return found


def take_out(name: str) -> None:
    """Change this process for as long as it lives."""
    for place, change in known()[name].places.items():
        owner, attribute, present = standing_at(place)
        instead = change(present)
        setattr(owner, attribute, instead)
        for module in list(sys.modules.values()):
            # Whoever imported it by its name has a name of their own for it.
            if getattr(module, "__name__", "").startswith("coalition") and callable(present):
                for own_name, value in list(vars(module).items()):
                    if value is present:
                        setattr(module, own_name, instead)


def standing_at(place: str) -> tuple[Any, str, Any]:
    """Owner, attribute and present value of a place. Raises AttributeError where nothing stands there."""
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(module)
    *above, attribute = path.split(".")
    for name in above:
        owner = getattr(owner, name)
    return owner, attribute, getattr(owner, attribute)


def nothing(*_: Any, **__: Any) -> None:
    """What stands in place of a step that is left out."""


def instead(value: Any) -> Callable[[Any], Any]:
    """Whatever stood there, `value` does now."""
    return lambda _present: value


def answering(value: Any) -> Callable[[Any], Any]:
    """A function that answers `value`, whatever it is asked."""
    return lambda _present: lambda *_, **__: value
