"""The applications of the city: definitions and pages over the blocks, strangers to one another."""
