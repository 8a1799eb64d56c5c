"""The areas of the city: names and validity, successions, boundaries, and the shapes that the maps draw."""
