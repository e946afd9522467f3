"""Curriculum as code: read a folder that authors keep in git and check it whole."""
