"""A page for a model, as functions from values to text."""

import math
from html import escape


def chance(p):
    """A probability in words."""
    if not 0 <= p <= 1:
        raise ValueError(f"not a probability: {p}")
    if p < 0.001:
        return "fewer than 1 in 1000"
    if p > 0.999:
        return "more than 999 in 1000"
    of = next((of for of in (10, 100) if min(p, 1 - p) * of >= 0.95), 1000)
    return f"about {round(p * of)} in {of}"


def luminance(colour):
    """The relative luminance of a colour such as #1f5fa8."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other):
    """The contrast of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def field(spec, value, error):
    """One field of a form, as HTML."""
    name = spec["name"]
    hint = spec.get("hint")
    lines = [f'<label for="{name}">{escape(spec["label"])} ({escape(spec["unit"])})</label>']
    described = []
    if error is not None:
        described.append(f"{name}-error")
        lines.append(f'<p id="{name}-error">{escape(error)}</p>')
    if hint is not None:
        described.append(f"{name}-hint")
        lines.append(f'<p id="{name}-hint">{escape(hint)}</p>')
    about = f' aria-describedby="{" ".join(described)}"' if described else ""
    invalid = ' aria-invalid="true"' if error is not None else ""
    lines.append(f'<input id="{name}" name="{name}" value="{escape(value)}"{about}{invalid}>')
    return "\n".join(lines)


def page(form, values, errors, answer):
    """The whole page, as HTML."""
    title = escape(form["title"])
    wrong = [one["name"] for one in form["fields"] if one["name"] in errors]
    lines = [f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{"Error: " if wrong else ""}{title}</title></head><body>']
    lines.append(f"<h1>{title}</h1>")
    if wrong:
        links = "".join(f'<li><a href="#{name}">{escape(errors[name])}</a></li>' for name in wrong)
        lines.append(f'<div role="alert"><ul>{links}</ul></div>')
    lines.append('<form method="post">')
    lines += [field(one, values.get(one["name"], ""), errors.get(one["name"])) for one in form["fields"]]
    lines.append("<button>Estimate</button></form>")
    if answer is not None and not wrong:
        lines.append(f'<p role="status">{escape(answer)}</p>')
    lines.append("</body></html>")
    return "\n".join(lines)


def edit(history, act):
    """The history after a change, an undo or a redo."""
    past, now, future = list(history["past"]), history["now"], list(history["future"])
    if act[0] == "change" and act[1] != now:
        past, now, future = [*past, now], act[1], []
    elif act[0] == "undo" and past:
        past, now, future = past[:-1], past[-1], [*future, now]
    elif act[0] == "redo" and future:
        past, now, future = [*past, now], future[-1], future[:-1]
    return {"past": past, "now": now, "future": future}
