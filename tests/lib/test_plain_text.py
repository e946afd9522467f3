"""The words of rendered texts."""

from lms.lib.markdown import render_markdown
from lms.lib.plain_text import plain_text_of

TEXT = """\
# A *short* heading

A line with `code()`, a [link](https://x.example) & signs: $y = ax + b$.

- one
- two

```python
a = 1
b = "<tag>"
```

| x | y |
|---|---|
| 1 | 2 |

![Points > 1, a line & "more"](fit.svg)
"""


def test_words_are_kept_in_lines_and_markup_is_not():
    words = plain_text_of(render_markdown(TEXT, image=str))
    assert words.split("\n") == [
        "A short heading",
        "A line with code(), a link & signs: y=ax+b.",
        "one",
        "two",
        "a = 1",
        'b = "<tag>"',
        "x",
        "y",
        "1",
        "2",
        'Points > 1, a line & "more"',
    ]


def test_nothing_has_no_words():
    assert plain_text_of("") == ""
