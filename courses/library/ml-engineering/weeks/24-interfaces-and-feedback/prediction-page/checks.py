import copy
import math
from html.parser import HTMLParser

import reference

VOID = {"input", "meta", "br", "hr", "link", "img"}


class Tree(HTMLParser):
    """The elements of a page, each with tag, attributes, text (of all below it) and the tags around it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.found, self.open, self.twice = [], [], False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.twice = self.twice or len(dict(attributes)) != len(attributes)
        element = {"tag": tag, "at": dict(attributes), "text": "", "in": [one["tag"] for one in self.open], "roles": [one["at"].get("role") for one in self.open]}
        self.found.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if any(one["tag"] == tag for one in self.open):
            while self.open.pop()["tag"] != tag:
                pass

    def handle_data(self, data):
        for element in self.open:
            element["text"] += data

    def all(self, tag):
        return [one for one in self.found if one["tag"] == tag]

    def by_id(self, name):
        found = [one for one in self.found if one["at"].get("id") == name]
        assert len(found) == 1, f"one element with the id {name}"
        return found[0]


def parsed(text):
    """The tree of what a learner returned."""
    assert isinstance(text, str)
    tree = Tree(text)
    assert not tree.twice, "an attribute is given once"
    return tree


def field_fits(tree, spec, value, error):
    """What must be true of a field, wherever it stands."""
    name, hint = spec["name"], spec.get("hint")
    box = tree.by_id(name)
    assert box["tag"] == "input" and box["at"].get("name") == name
    assert (box["at"].get("value") or "") == value, "what was typed is still there"
    labels = [one for one in tree.all("label") if one["at"].get("for") == name]
    assert len(labels) == 1 and spec["label"] in labels[0]["text"] and spec["unit"] in labels[0]["text"]
    ids = []
    if error is not None:
        ids.append(f"{name}-error")
        assert error in tree.by_id(f"{name}-error")["text"]
    if hint is not None:
        ids.append(f"{name}-hint")
        assert tree.by_id(f"{name}-hint")["text"].strip() == hint.strip()
    assert box["at"].get("aria-describedby") == (" ".join(ids) or None)
    assert box["at"].get("aria-invalid") == ("true" if error is not None else None)
    found = {one["at"]["id"] for one in tree.found if "id" in one["at"] and one["at"]["id"] in (f"{name}-error", f"{name}-hint")}
    assert found == set(ids)


def check_chance():
    assert chance(0.8731) == "about 9 in 10"
    assert chance(0.031) == "about 3 in 100"
    assert chance(0.0004) == "fewer than 1 in 1000", "0 would be a promise"
    assert chance(0.985) in ("about 98 in 100", "about 99 in 100")
    assert chance(1) == "more than 999 in 1000"
    rng = draw(__seed__)
    for p in [0, 0.0005, 0.0009, 0.001, 0.0094, 0.0096, 0.094, 0.096, 0.5, 0.904, 0.906, 0.9904, 0.9906, 0.999, 0.9994] + [rng.random() ** rng.choice([1, 4]) for _ in range(30)]:
        assert chance(p) == reference.chance(p)
    refused = 0
    for p in (-0.1, 1.1, math.nan, math.inf):
        try:
            chance(p)
        except ValueError:
            refused += 1
    assert refused == 4


def check_contrast():
    assert close(float(contrast("#000000", "#ffffff")), 21.0) and close(float(contrast("#FFFFFF", "#767676")), 4.5422, 1e-3)
    rng = draw(__seed__)
    for _ in range(25):
        one, other = (f"#{rng.randint(0, 2**24 - 1):06x}" for _ in range(2))
        assert close(float(contrast(one, other)), reference.contrast(one, other), 1e-6)
        assert close(float(contrast(other.upper(), one)), reference.contrast(one, other), 1e-6)
    for _ in range(6):
        one, other = (f"#{rng.randint(0, 14):02x}{rng.randint(0, 14):02x}{rng.randint(0, 14):02x}" for _ in range(2))
        assert close(float(contrast(one, other)), reference.contrast(one, other), 1e-6)


RADIUS = {"name": "radius", "label": "Mean radius", "unit": "mm", "hint": "from 5 to 30"}


def check_field():
    field_fits(parsed(field(RADIUS, "12.5", None)), RADIUS, "12.5", None)
    field_fits(parsed(field(RADIUS, "abc", "Radius must be a number")), RADIUS, "abc", "Radius must be a number")
    plain = {"name": "age", "label": "Age", "unit": "years"}
    field_fits(parsed(field(plain, "", None)), plain, "", None)
    field_fits(parsed(field(plain, "<12 & more", None)), plain, "<12 & more", None)


NASTY = [
    '"><script>alert(1)</script>', '" onfocus="alert(1)', "' autofocus onfocus='x", "a & b", "&lt;b&gt;", "&amp;amp;", "<b>12</b>", "12 \" 13",
    "it's", "</label><i>x</i>", "</p></title>x", "{name}", "%s", "é ≥ 12", "&quot;", "x>y<z", "<!-- a", "]]>", "\\", "$&",
]  # fmt: skip


def check_field_unseen():
    rng = draw(__seed__)
    for _ in range(30):
        spec = {"name": f"f_{rng.randint(0, 99)}", "label": rng.choice(NASTY), "unit": rng.choice(["mm", *NASTY])}
        if rng.random() < 0.6:
            spec["hint"] = rng.choice(NASTY)
        value, error = rng.choice(["", "0", *NASTY]), rng.choice([None, *NASTY])
        field_fits(parsed(field(spec, value, error)), spec, value, error)
    for nasty in NASTY:
        spec = {"name": "x", "label": nasty, "unit": nasty, "hint": nasty}
        field_fits(parsed(field(spec, nasty, nasty)), spec, nasty, nasty)
    field_fits(parsed(field(RADIUS, "0", None)), RADIUS, "0", None)


def page_fits(tree, form, values, errors, answer):
    """What must be true of a page."""
    names = [one["name"] for one in form["fields"]]
    wrong = [name for name in names if name in errors]
    assert len(tree.all("html")) == 1 and tree.all("html")[0]["at"].get("lang")
    titles, heads = tree.all("title"), tree.all("h1")
    assert len(titles) == 1 and titles[0]["text"].strip() == ("Error: " if wrong else "") + form["title"]
    assert len(heads) == 1 and heads[0]["text"].strip() == form["title"]
    forms, buttons = tree.all("form"), tree.all("button")
    assert len(forms) == 1 and (forms[0]["at"].get("method") or "").lower() == "post"
    assert len(buttons) == 1 and "form" in buttons[0]["in"] and buttons[0]["text"].strip()
    inputs = [one for one in tree.all("input") if one["at"].get("type") != "hidden"]
    assert [one["at"].get("name") for one in inputs] == names and all("form" in one["in"] for one in inputs)
    for spec in form["fields"]:
        field_fits(tree, spec, values.get(spec["name"], ""), errors.get(spec["name"]))
    alerts = [one for one in tree.found if one["at"].get("role") == "alert"]
    assert len(alerts) == (1 if wrong else 0)
    links = [(one["at"].get("href"), one["text"].strip()) for one in tree.all("a") if "alert" in one["roles"]]
    assert links == [("#" + name, errors[name].strip()) for name in wrong]
    statuses = [one["text"].strip() for one in tree.found if one["at"].get("role") == "status"]
    assert statuses == ([answer.strip()] if answer is not None and not wrong else [])


FORM = {"title": "Screening", "fields": [RADIUS, {"name": "age", "label": "Age", "unit": "years"}]}


def check_page():
    page_fits(parsed(page(FORM, {}, {}, None)), FORM, {}, {}, None)
    done = ({"radius": "12.5", "age": "58"}, {}, "about 9 in 10 such tumours are malignant")
    page_fits(parsed(page(FORM, *done)), FORM, *done)
    bad = ({"radius": "x", "age": ""}, {"age": "Age is missing", "radius": "Radius must be a number"}, None)
    page_fits(parsed(page(FORM, *bad)), FORM, *bad)


def check_page_unseen():
    rng = draw(__seed__)
    harmless = [one for one in NASTY if "</p>" not in one]
    for _ in range(15):
        fields = []
        for i in range(rng.randint(1, 4)):
            fields.append({"name": f"f{i}", "label": rng.choice(harmless), "unit": "mm"})
            if rng.random() < 0.5:
                fields[-1]["hint"] = rng.choice(harmless)
        rng.shuffle(fields)
        form = {"title": rng.choice(harmless), "fields": fields}
        values = {one["name"]: rng.choice(["", "0", *NASTY]) for one in fields if rng.random() < 0.7}
        errors = {one["name"]: rng.choice(harmless) for one in reversed(fields) if rng.random() < 0.4}
        answer = rng.choice([None, "17 minutes", *harmless])
        page_fits(parsed(page(form, values, errors, answer)), form, values, errors, answer)
    for nasty in harmless:
        form = {"title": nasty, "fields": [{**RADIUS, "label": nasty}, FORM["fields"][1]]}
        page_fits(parsed(page(form, {"radius": nasty}, {"age": nasty}, None)), form, {"radius": nasty}, {"age": nasty}, None)
        page_fits(parsed(page(form, {}, {}, nasty)), form, {}, {}, nasty)
    page_fits(parsed(page(FORM, {"radius": "0"}, {}, None)), FORM, {"radius": "0"}, {}, None)
    stale = ({"radius": "x"}, {"radius": "not a number"}, "the answer of before")
    page_fits(parsed(page(FORM, *stale)), FORM, *stale)


def check_edit():
    start = {"past": [], "now": "", "future": []}
    one = edit(edit(start, ("change", "12")), ("change", "21"))
    assert one == {"past": ["", "12"], "now": "21", "future": []}
    back = edit(edit(one, ("undo",)), ("undo",))
    assert back == {"past": [], "now": "", "future": ["21", "12"]}
    assert edit(back, ("undo",)) == back and edit(one, ("redo",)) == one and edit(one, ("change", "21")) == one
    assert edit(edit(back, ("redo",)), ("redo",)) == one
    assert edit(edit(back, ("redo",)), ("change", "22")) == {"past": ["", "12"], "now": "22", "future": []}
    assert edit(back, ("change", "")) == back, "no change, so nothing is lost"
    rng = draw(__seed__)
    mine = start
    for _ in range(80):
        act = rng.choice([("undo",), ("undo",), ("redo",), ("change", rng.choice(["a", "b", "", 0, None]))])
        before = copy.deepcopy(mine)
        wanted, found = reference.edit(mine, act), edit(mine, act)
        assert found == wanted and mine == before
        mine = wanted
