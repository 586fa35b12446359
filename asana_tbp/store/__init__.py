"""SQLite: connection, migrations, transactions. Knows no domain."""
