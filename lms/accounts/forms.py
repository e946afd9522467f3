"""The forms of one's own account."""

from django import forms

from lms.accounts.models import known_time_zones


class TimeZoneField(forms.ChoiceField):
    """A time zone by its city, grouped by region, so that typing the first letters finds it."""

    def __init__(self, **kwargs):
        super().__init__(choices=_zones_by_region, **kwargs)


REGIONS = (
    "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
)  # fmt: skip


def _zones_by_region():
    regions = {region: [] for region in REGIONS}
    for name, label in known_time_zones():
        region, _, city = label.partition("/")
        if region in regions and city:
            regions[region].append((name, city.replace("/", ", ")))
    return [("UTC", "UTC"), *regions.items()]


class ProfileForm(forms.Form):
    name = forms.CharField(
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As your mentor, your learners and the office see it.",
    )
    time_zone = TimeZoneField(help_text="Dates and times are shown in it. What is due does not move.")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, initial={"name": user.name, "time_zone": user.time_zone}, **kwargs)
        zones = self.fields["time_zone"]
        if not zones.valid_value(user.time_zone):
            zones.choices = [(user.time_zone, user.time_zone), *_zones_by_region()]


class AvatarForm(forms.Form):
    picture = forms.FileField(label="A picture of you", help_text="JPEG, PNG or WebP, at most 5 MB.")
