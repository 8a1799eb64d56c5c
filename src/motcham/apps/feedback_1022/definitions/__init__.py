"""What Feedback 1022 declares."""
