"""The design system on one page, for those who build pages; in demo mode only."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe

from lms.accounts.models import User
from lms.lib.markdown import render_markdown
from lms.portal.states import LOOKS

READING = r"""
## What a line can know
Fit $\hat{y} = Xw + b$ by least squares. The gradient of the loss tells [which way is down](#compare)[^down],
and `numpy` does the rest.

$$\nabla_w L = \frac{2}{n} X^\top (Xw - y)$$

> [!NOTE]
> The bias is a weight whose feature is always one.

> [!TIP]
> Centre the features first.

> [!WARNING]
> Never fit the scaler on the test set.

```python
def gradient(X, y, w):
    # one pass over the data
    return 2 / len(y) * X.T @ (X @ w - y)
```

### Compare
| Model | RMSE |
|---|---|
| Mean | 3.20 |
| Line | 1.84 |

- [x] Plot the residuals
- [ ] Say what you would do with more data

> All models are wrong, but some are useful.

[^down]: Downhill, here, is minus the gradient.
"""


class ExampleForm(forms.Form):
    title = forms.CharField(help_text="What your mentor sees first.")
    link = forms.URLField(assume_scheme="https", required=False, help_text="A repository or a running service.")
    week = forms.ChoiceField(choices=[(number, f"Week {number}") for number in range(1, 4)])
    comment = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    pace = forms.ChoiceField(widget=forms.RadioSelect, choices=[("slow", "Slower"), ("same", "As it is")])
    agree = forms.BooleanField(label="This is my own work")

    def clean(self):
        raise forms.ValidationError("Nothing was saved yet: the fields marked below need your attention.")


@login_not_required
def styleguide(request):
    if not settings.DEMO:
        raise Http404
    messages.success(request, "Submission received. Checks are queued.")
    messages.error(
        request, "The archive could not be opened. Your earlier attempt is kept; zip the folder again and send it."
    )
    return render(request, "styleguide.html", _examples(request, timezone.now()))


def _examples(request, now):
    reading = render_markdown(READING)
    return {
        "states": list(LOOKS),
        "tones": ["neutral", "petrol", "blue", "green", "amber", "red", "violet"],
        "people": [
            User(pk=1, name="Ada Lovelace"),
            User(pk=2, name="Maximiliana Konstantinopoulou-Featherstonehaugh de la Cruz"),
            User(pk=3, name="Bo"),
        ],
        "form": ExampleForm(initial={"week": 2}),
        "failed_form": ExampleForm({"title": "", "link": "not a link", "week": 1, "pace": "same"}, prefix="failed"),
        "page": Paginator(range(1, 240), 20).get_page(request.GET.get("page", 4)),
        "soon": now + timedelta(hours=30),
        "later": now + timedelta(days=9),
        "past": now - timedelta(days=2),
        "cutoff": now + timedelta(days=12),
        "queues": [
            {"label": "Mine", "url": "#", "active": True, "count": 3},
            {"label": "Unclaimed", "url": "#", "active": False, "count": 12},
            {"label": "Reviewed", "url": "#", "active": False, "count": None},
        ],
        "events": [
            {"at": now - timedelta(days=3), "title": "Submitted", "icon": "send", "tone": "neutral", "text": ""},
            {
                "at": now - timedelta(days=3),
                "title": "Checks passed",
                "icon": "circle-check",
                "tone": "green",
                "text": "18 / 20",
            },
            {
                "at": now - timedelta(hours=5),
                "title": "In review",
                "icon": "eye",
                "tone": "blue",
                "text": "Claimed by M. Okafor",
            },
        ],
        "reading": mark_safe(reading),
    }
