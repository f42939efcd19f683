"""From videos to batches of clips. No networks and no training in here."""
