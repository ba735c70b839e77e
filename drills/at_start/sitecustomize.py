"""Read by Python when it starts, where this folder is on its path: takes the safeguard out that is named, if any is."""

import os
import sys
import traceback

if os.environ.get("DRILL_WITHOUT"):
    try:
        from drills.without import take_out

        take_out(os.environ["DRILL_WITHOUT"])
    except BaseException:  # noqa: BLE001 -- Python would go on with a line of warning, and the drill with the safeguard
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(70)
