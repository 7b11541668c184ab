"""The commands of `lumbung`, one module each; what they do is done by the areas and the modules beside them."""
