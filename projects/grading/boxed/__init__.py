"""Code that runs inside a box, under the learners' runtime. Standard library only at import time."""
