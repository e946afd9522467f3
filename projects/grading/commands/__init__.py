"""The commands of ``python -m projects.grading``, one function each: parsed arguments in, exit status out."""
