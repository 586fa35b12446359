"""Templates: finding them, answering their variables, extending them."""
