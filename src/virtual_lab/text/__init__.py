"""Natural language: which language a text is in, its sentences, its tokens and its terms."""
