"""Information that the city holds: asked for, answered and, later, open."""
