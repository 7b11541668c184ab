"""Search and browse: from rows to search documents, and back to what is still true."""
