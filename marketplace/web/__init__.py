"""How pages are made: rendering, components, static files, translations. The pages of the areas live in the areas."""
