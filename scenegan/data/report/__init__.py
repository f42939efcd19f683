"""What is in a folder of clips: for the terminal, as a page, and with samples."""
