"""`python -m asana_tbp`."""

from asana_tbp.cli.app import main

main()
