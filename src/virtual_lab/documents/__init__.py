"""Documents: what a document is, and how files of many kinds are read into one."""
