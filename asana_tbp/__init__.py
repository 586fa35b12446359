"""Task-based music production on Asana: song maps, strict time budgets, and a timer."""
