"""Planned against spent: where the time went, and what budgets would be honest."""
