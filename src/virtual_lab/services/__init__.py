"""What the API and the pages share: submitting runs, uploads, rewriting, watching."""
