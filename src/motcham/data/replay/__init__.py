"""The replayed stream: when reports came, by which channel, how long they took; and the words made up for them."""
