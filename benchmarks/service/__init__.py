"""How much a running service takes; see ``__main__``."""
