"""The song as a file. Knows no network and no database."""
