"""Drills: each promise about signatures, mail and readers, tried for real, and seen to fail without its safeguard.

`promises.py` is the table, `running.py` runs a row of it, `without/` takes a safeguard out of the product in memory,
`at_start/` does so in every process that a drill starts. `python -m drills --help` says what can be asked for; what
each drill does and found is told in docs/drills.md.
"""
