"""The report: how it is composed, and its export as Markdown, HTML, DOCX, PDF and others."""
