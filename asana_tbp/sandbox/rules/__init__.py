"""How the sandbox answers: the rules of Asana, one file a kind of record."""
