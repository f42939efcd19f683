"""From a photo to an animation: predict a motion, turn its dials, render it at any size."""
