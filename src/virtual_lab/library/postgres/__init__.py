"""The index in PostgreSQL, which several machines share."""
