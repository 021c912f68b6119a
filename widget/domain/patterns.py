"""What patterns of our models share."""

# The end of the text in Python and JavaScript alike; ``$`` lets a line break follow in Python.
END = r"(?![\s\S])"
