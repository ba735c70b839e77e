"""A text cut into the smallest things that a redline shows as added or removed.

Words of scripts that part them by blanks; single characters of those that do not (Chinese, Japanese, Thai and their
neighbours); figures whole; each punctuation mark alone. A mark that combines, and a joiner, stays with its base.
"""

import re
import unicodedata
from functools import cache

from coalition.rendering.figures import PLACEHOLDER

UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u0f00-\u0fff"  # Tibetan
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u2e80-\u2fff\u3005-\u3007\u3021-\u302f\u3031-\u303f"  # radicals and ideographic marks
    "\u3040-\u30ff\u3100-\u312f\u31a0-\u31ff"  # kana, bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # ideographs
    "\uff66-\uff9f\U00016fe0-\U000187ff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Scripts whose words stand without blanks between them."""

JOINERS = "\u00ad\u061c\u200c-\u200f\u2060\ufe00-\ufe0f"
"""What has no width of its own: joiners, direction marks, soft hyphen, the choice of a form."""


def tokens(text: str) -> list[str]:
    """The tokens of a text; joined again they are the text."""
    return _pattern().findall(text)


def is_word(token: str) -> bool:
    """Whether a token says something: it is neither blank nor punctuation alone."""
    return any(character.isalnum() for character in token)


@cache
def _pattern() -> re.Pattern[str]:
    stays = f"[{_combining()}{JOINERS}\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
    letter = f"[^\\W{UNSPACED}]{stays}*+"
    figure = re.sub(r"[?]P<[a-z]+>", "?:", PLACEHOLDER.pattern)
    return re.compile(
        rf"""{figure}
          | \s++{stays}*+
          | \d++(?:[.,٫٬’'\u00a0\u202f]\d++)++          # 1,234.5
          | (?:{letter})++(?:['’ʼ·׳״-](?:{letter})++)*+  # don't, l’État, high-level
          | .(?:\u200d\S|{stays})*+                     # one character with what belongs to it
        """,
        re.VERBOSE | re.DOTALL,
    )


def _combining() -> str:
    """Every character that combines with the one before, as the inside of a class of a regular expression."""
    out: list[list[str]] = []
    for character in map(chr, range(0x300, 0x20000)):
        if unicodedata.category(character)[0] != "M":
            continue
        if out and ord(out[-1][1]) == ord(character) - 1:
            out[-1][1] = character
        else:
            out.append([character, character])
    return "".join(f"{first}-{last}" for first, last in out)
