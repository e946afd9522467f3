"""The forms of one's own account."""

from django import forms

from lms.lib.zones import zones_of_places


class TimeZoneField(forms.ChoiceField):
    """A time zone by its city, grouped by region, so that typing the first letters finds it."""

    default_error_messages = {"invalid_choice": "“%(value)s” is no time zone we know. Choose one of the list."}

    def __init__(self, **kwargs):
        super().__init__(choices=_zones_by_region, **kwargs)

    def keep(self, zone):
        """Offer `zone` as well, which somebody has by now, where the list has it under another name."""
        if not self.valid_value(zone):
            self.choices = [(zone, zone.replace("_", " ")), *_zones_by_region()]


def _zones_by_region():
    regions = {}
    for name in zones_of_places():
        region, _, city = name.replace("_", " ").partition("/")
        regions.setdefault(region, []).append((name, city.replace("/", ", ")))
    return [("UTC", "UTC"), *regions.items()]


class ProfileForm(forms.Form):
    name = forms.CharField(
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name."},
        help_text="As everybody you work with here sees it.",
    )
    time_zone = TimeZoneField(help_text="Dates and times are shown in it. What is due does not move.")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, initial={"name": user.name, "time_zone": user.time_zone}, **kwargs)
        self.fields["time_zone"].keep(user.time_zone)


class AvatarForm(forms.Form):
    picture = forms.FileField(
        label="A picture of you",
        help_text="JPEG, PNG or WebP, at most 5 MB.",
        error_messages={"required": "Choose a picture first.", "empty": "This file is empty. Choose another one."},
    )
