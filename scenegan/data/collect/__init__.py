"""From a tag, an address or a folder to videos on the disk, each with its licence."""
