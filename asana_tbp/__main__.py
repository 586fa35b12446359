"""`python -m asana_tbp`."""

from asana_tbp.cli.entry import main

main()
