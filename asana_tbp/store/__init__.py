"""SQLite: connection, migrations, transactions."""
