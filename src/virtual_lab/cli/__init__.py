"""The command line. Commands import modules only when they run, so that help is fast."""

from virtual_lab.cli.app import main

__all__ = ["main"]
