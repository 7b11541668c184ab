"""How a store takes money besides cash: its QRIS merchant and its bank account, with what they cost and carry."""
