"""How pages are made: rendering, the component library, static files and translations; no page of an area lives in here."""
