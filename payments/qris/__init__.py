"""QRIS: the national QR code for payments. `payload` reads and writes the code, `merchant` keeps a store's own.

A shown or scanned code is not a payment: only a cashier who saw the money, the provider's signed word or the bank's
statement say that it came.
"""
