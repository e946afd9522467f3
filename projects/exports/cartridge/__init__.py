"""A published curriculum as an IMS Common Cartridge, for systems that import those (docs/curriculum-format.md)."""
