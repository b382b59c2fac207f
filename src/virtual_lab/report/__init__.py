"""The report: putting it together, and writing it as Markdown, HTML and JSON."""
