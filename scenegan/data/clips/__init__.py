"""From videos to a folder of clips of one size and pace."""
