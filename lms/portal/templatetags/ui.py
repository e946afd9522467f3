"""Template tags of the design system."""

import functools

import lucide
from django import template
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag
def icon(name, size=20, label=""):
    """The named Lucide icon as inline SVG; decorative unless it has a label."""
    return _svg(name + "", size, label + "")


@functools.lru_cache(maxsize=512)
def _svg(name, size, label):
    meaning = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    return mark_safe(lucide._render_icon(name, size, **{"class": "icon"}, **meaning))
