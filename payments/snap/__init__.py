"""QRIS providers that tell a store's money by signed callbacks, after Bank Indonesia's standard (SNAP)."""
