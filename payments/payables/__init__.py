"""What a book owes its suppliers, line by line: which debt came from where, and which payment settled it."""
