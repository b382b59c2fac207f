"""Words: languages, sentences, tokens and the terms of both languages."""
