"""Search as visitors use it, on the embedded engine and real tables."""
