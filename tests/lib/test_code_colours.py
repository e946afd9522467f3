"""The colours of code keep the contrast that reading needs."""

import re
from pathlib import Path


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_code_can_be_read_in_light_and_dark():
    css = (Path(__file__).parents[2] / "static/css/pygments.css").read_text()
    rules = re.findall(r"^(.*)\{.*?color: (#[0-9a-fA-F]{6})", css, re.MULTILINE)
    assert len(rules) > 30
    for selector, colour in rules:
        background = luminance("#141b1f" if "dark" in selector else "#fbfaf7")
        low, high = sorted([luminance(colour), background])
        assert (high + 0.05) / (low + 0.05) >= 4.5, (selector, colour)
