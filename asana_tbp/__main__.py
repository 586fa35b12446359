"""`python -m asana_tbp`."""

from asana_tbp.cli.boundary import main

main()
