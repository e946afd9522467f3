"""`manage.py load_curriculum DIR`: what `publish_curriculum` was called before."""

from projects.management.commands.publish_curriculum import Command

__all__ = ["Command"]
