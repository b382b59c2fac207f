"""The details of errors in Korean, for the pages."""
