"""Tests of the frame of the pages: rendering, static files, translations, how it looks and whether all can use it."""
