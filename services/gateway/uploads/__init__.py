"""The browser's way in for a statutory return: files received, read, compared, confirmed and sent; then forgotten."""
