"""How the sandbox answers: the rules of Asana, by kind of record."""
