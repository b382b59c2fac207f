"""``python -m virtual_lab.cli``: the command line, run by this Python."""

from virtual_lab.cli import main

main()
