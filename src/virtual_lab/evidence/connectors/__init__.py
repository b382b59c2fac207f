"""The providers of literature and web pages: one per file, behind one protocol."""
