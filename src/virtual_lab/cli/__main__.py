"""``python -m virtual_lab.cli``: the command line of this very Python."""

from virtual_lab.cli import main

main()
