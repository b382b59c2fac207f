"""Online sources: the search of providers of literature and web pages, and the source policy."""
