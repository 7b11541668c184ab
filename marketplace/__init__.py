"""The trade: areas from regions (low) to discovery (high), composed in app.py. See docs/architecture.md."""
