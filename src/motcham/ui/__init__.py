"""The design system: formats, components and layouts. It knows no block; pages give it plain data and it draws."""
