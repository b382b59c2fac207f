"""HTTP: what the API and the pages share around every call, such as keys, limits and errors."""
