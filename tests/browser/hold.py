"""Which file of the data folder holds a worker's calls; see ``holding_worker``."""

HOLD = "hold"
