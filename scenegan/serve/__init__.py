"""The local page: its server, and the page itself, plain files that a browser runs as they are."""
