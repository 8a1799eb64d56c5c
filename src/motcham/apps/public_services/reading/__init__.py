"""What the published files say, read without guessing: pure functions from text to facts, doubts and conflicts."""
