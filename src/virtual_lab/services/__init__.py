"""Services that the API and the pages share: runs, uploads, rewriting, event streams, sessions."""
