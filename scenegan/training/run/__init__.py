"""What a training keeps in its folder, and what a person chose for it."""
