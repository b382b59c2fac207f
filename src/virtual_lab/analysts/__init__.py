"""Who thinks: the protocol of an analyst, and the analyst that needs no model."""
