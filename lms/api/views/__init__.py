"""The REST roof: the same actions and visibility as the portal's pages."""
