"""Programs of the module: instructions, the file, and what a reader sees of them."""
