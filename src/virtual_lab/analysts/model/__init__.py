"""The model analyst: works with a language model. It is not imported in runs without one."""
