"""`python -m scenegan` is the console script `scenegan`."""

from scenegan.commands import main

main(prog_name="scenegan")
