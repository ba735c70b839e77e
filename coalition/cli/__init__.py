"""The same verbs for people at a terminal.

Exit codes: 0 done, 1 refused (one sentence on stderr says why), 2 the command was not written as it must be.
"""

from coalition.cli.commands import main

__all__ = ["main"]
