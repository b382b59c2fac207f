"""The analyst that thinks with a language model; nothing here is loaded where none is set."""
