"""`python -m coalition.cli`: how the supervisor starts its processes, whatever stands on the PATH."""

from coalition.cli.commands import main

main(prog_name="coalition")
