"""What the start page shows of the demo."""
