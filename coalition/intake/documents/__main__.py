"""The other end of `coalition.intake.documents.apart`: a file comes in, its text goes out as JSON."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any, get_args

from coalition.intake.documents.apart import MEMORY
from coalition.intake.documents.document import DocumentRefused, Kind, TooDeep, UnpacksTooLarge
from coalition.intake.documents.reading import read_document


def _bound(seconds: int) -> None:
    """No more memory and time than a letter needs, where the system can be asked for it."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 -- not every system has it

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def _read(content: bytes, kind: Kind) -> dict[str, Any]:
    try:
        document = read_document(content, kind)
        original = read_document(content, kind, changes="original").as_data() if document.changes else None
    except DocumentRefused as refused:
        return {"refused": type(refused).__name__}
    except MemoryError:
        return {"refused": UnpacksTooLarge.__name__}
    except RecursionError:
        return {"refused": TooDeep.__name__}
    return {"accepted": document.as_data(), "original": original}


def main() -> None:
    """Read standard input as the kind that is named first, within the seconds that are named second."""
    kind, seconds = sys.argv[1], int(sys.argv[2])
    _bound(seconds)
    named: dict[str, Kind] = {each: each for each in get_args(Kind)}
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read(), named[kind])))


if __name__ == "__main__":
    main()
