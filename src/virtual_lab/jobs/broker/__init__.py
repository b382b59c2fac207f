"""The message broker: which one is used, and how it is started."""
