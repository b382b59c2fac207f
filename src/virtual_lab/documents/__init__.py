"""Documents: what one is, and how files of many kinds become one."""
