"""Calls to gateways, kept before they are made: an interrupted one is made again, with the same key and input."""
