"""The design system's tags for forms; part of the built-in library `ui`."""

from django import forms, template

register = template.Library()


@register.inclusion_tag("components/field.html", name="field")
def field(field):
    return {"field": field}


@register.simple_tag
def widget(field):
    """The field's input with its Bootstrap class; used by the form templates."""
    kind = field.field.widget
    css = "form-control"
    if isinstance(kind, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        css = "form-check-input"
    elif isinstance(kind, forms.Select):
        css = "form-select"
    classes = [css, kind.attrs.get("class", ""), "is-invalid" if field.errors else ""]
    return field.as_widget(attrs={"class": " ".join(filter(None, classes))})


@register.inclusion_tag("components/file_drop.html", name="file_drop")
def file_drop(
    field=None, name="files", label="Files", help="", accept="", multiple=True, max_bytes=None, required=True
):
    return {
        "id": field.auto_id if field else f"id_{name}",
        "name": field.html_name if field else name,
        "label": field.label if field else label,
        "help": field.help_text if field else help,
        "errors": field.errors if field else [],
        "required": field.field.required if field else required,
        "accept": accept,
        "multiple": multiple,
        "max_bytes": max_bytes,
        "limit": size_in_words(max_bytes) if max_bytes else "",
    }


def size_in_words(size):
    """A limit as people say it: whole megabytes or kilobytes."""
    return f"{size // 2**20} MB" if size >= 2**20 else f"{size // 2**10} KB"
