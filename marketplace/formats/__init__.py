"""Text in and text out, the way people in Indonesia write it: rupiah, telephone numbers, dates, quantities.

Pure functions without a database or a clock. Sentences shown to people are Indonesian message ids; translating
them is left to ``marketplace.web``.
"""
