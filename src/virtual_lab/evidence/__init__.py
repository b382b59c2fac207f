"""Finding passages: reading documents, the index, the glossary, gathering, verifying quotes."""
