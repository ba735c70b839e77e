"""The name of a file that somebody sent: as it may stand in a page and in a header."""

from __future__ import annotations

import unicodedata

LIMIT = 120
_REFUSED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def plain_file_name(sent: str, *, otherwise: str) -> str:
    """The last part of a path without what cannot be seen or splits a header, at most LIMIT characters.

    The ending stays where a name is shortened. `otherwise` is the name where nothing is left.
    """
    last = sent.replace("\\", "/").rpartition("/")[2]
    seen = "".join(one for one in last if unicodedata.category(one) not in _REFUSED and one not in '"<>:|?*')
    name = seen.strip(" .")
    if len(name) > LIMIT:
        stem, dot, ending = name.rpartition(".")
        keeps_ending = bool(dot) and len(ending) <= 10
        name = f"{stem[: LIMIT - len(ending) - 1]}.{ending}" if keeps_ending else name[:LIMIT]
    return name or otherwise
