"""The document index in a PostgreSQL database that several machines share."""
