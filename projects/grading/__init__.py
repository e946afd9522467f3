"""The grading engine: untrusted work in, a result out. Imports no Django.

The public API is in :mod:`projects.grading.engine`; the command line is ``python -m projects.grading``.
This package file stays empty of imports because the boxed processes load it too.
"""
