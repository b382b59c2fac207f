"""The words of the pages, a file for each of them; ``wording`` puts them together."""
