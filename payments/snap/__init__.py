"""QRIS providers that tell a store's money by signed callbacks, after the pattern of SNAP (Bank Indonesia's standard)."""
