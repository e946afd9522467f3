"""The design system's template tags, built in: templates use them without `{% load %}`. /styleguide/ shows them all.

Tags made of a template live in `templates/components/`, which documents their parameters; the small ones that lists
repeat are made here, and cached where they are constant.
"""

import datetime
import functools
import io
import re
from html import unescape
from importlib import resources
from xml.etree import ElementTree
from zipfile import ZipFile

from django import template
from django.template import loader
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join, strip_tags
from django.utils.safestring import mark_safe

from lms.lib import present
from lms.lib.points import plain_number, points_html
from lms.portal.states import look_of
from lms.portal.templatetags import dates, form_fields

register = template.Library()
register.tags |= dates.register.tags | form_fields.register.tags
register.filters |= dates.register.filters


def component(name):
    """Register a function that returns the context of `components/<name>.html`."""
    return register.inclusion_tag(f"components/{name}.html", name=name)


# Icons, states, numbers


@register.simple_tag
def icon(name, size=20, label=""):
    """The named Lucide icon as inline SVG; decorative unless it has a label."""
    return _svg(name + "", size, label + "")


@functools.lru_cache(maxsize=512)
def _svg(name, size, label):
    meaning = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    svg = ElementTree.fromstring(_drawings().read(f"{name}.svg"))
    for node in svg.iter():
        node.tag = node.tag.rpartition("}")[2]  # inside HTML no namespace is written
    svg.attrib |= {"width": str(size), "height": str(size), "class": f"icon icon-{name}", **meaning}
    return mark_safe(ElementTree.tostring(svg, encoding="unicode"))


@functools.cache
def _drawings():
    """Lucide's archive, whose table of contents is read once: its own function reads it for each icon."""
    return ZipFile(io.BytesIO(resources.files("lucide").joinpath("lucide.zip").read_bytes()))


@register.simple_tag
def state_badge(state, compact=False, text=""):
    """A state or flag as icon and words; `compact` is one character with a spoken name, for dense tables."""
    return state_html(str(state), bool(compact), str(text))


@functools.lru_cache(maxsize=512)
def state_html(state, compact=False, text=""):
    look = look_of(state)
    words = text or look.text
    if compact:
        return format_html(
            '<span class="glyph tone-{}" role="img" aria-label="{}" title="{}">{}</span>',
            look.tone,
            words,
            words,
            look.glyph,
        )
    return badge(words, look.tone, look.icon)


@register.simple_tag
def badge(text, tone="neutral", icon=""):
    """A pill of words; tones: neutral blue green amber red violet petrol."""
    return format_html(
        '<span class="pill tone-{}">{}<span>{}</span></span>', tone, _svg(icon, 16, "") if icon else "", text
    )


@register.simple_tag
def points(score, maximum):
    """Points got of points to get; a score of None is a dash, never a zero."""
    return points_html(score, maximum)


register.filter("number", plain_number)


@register.simple_tag
def progress(value, maximum=100, label="Progress", text=None, tone="petrol"):
    """A bar with its number beside it; `text` replaces the percentage ("" hides it)."""
    share = round(100 * value / maximum) if maximum else 0
    shown = f"{share} %" if text is None else text
    return format_html(
        '<span class="meter tone-{}"><progress value="{}" max="{}" aria-label="{}">{} %</progress>{}</span>',
        tone, value, maximum or 1, label, share, format_html('<span class="meter-text">{}</span>', shown) if shown else "",
    )  # fmt: skip


# People


@register.simple_tag
def avatar(user, size="md"):
    """The person's picture, else initials; sizes xs, sm, md, lg. Decorative: the name stands beside it."""
    return _face(user.pk, user.initials, user.avatar_small.name or "", size)


@functools.lru_cache(maxsize=4096, typed=True)
def _face(user_id, initials, picture, size):
    if picture:
        address = _picture(user_id, 256 if size == "lg" else 64, picture)
        return format_html('<img class="face face-{}" src="{}" alt="" loading="lazy">', size, address)
    return format_html('<span class="face face-{} tint-{}" aria-hidden="true">{}</span>', size, user_id % 6, initials)


@functools.lru_cache(maxsize=2048)
def _picture(user_id, pixels, name):
    """Where the picture is served; it changes with the picture, so that browsers may keep it."""
    return f"{reverse('avatar', args=[user_id, pixels])}?v={name.rsplit('/', 1)[-1][:16]}"


@register.simple_tag
def person(user, detail="", url="", size="sm"):
    """Avatar and name, with an optional second line and link; long names are cut with their whole in the title."""
    return _person(str(user), avatar(user, size), detail, url)


@functools.lru_cache(maxsize=4096, typed=True)  # what is safe HTML and what is not are different things
def _person(name, face, detail, url):
    inner = format_html('<span class="person-name" title="{}">{}</span>', name, name)
    if url:
        inner = format_html('<a class="person-name" href="{}" title="{}">{}</a>', url, name, name)
    if detail:
        inner = format_html('{}<span class="person-detail">{}</span>', inner, detail)
    return format_html('<span class="person">{}<span class="person-text">{}</span></span>', face, inner)


# Pieces of a page


@register.simple_tag
@functools.cache
def constant(template_name):
    """A template without variables, rendered once for the life of the process."""
    return loader.get_template(template_name).render()


@register.simple_tag
@functools.cache
def address(name):
    """The address of a page that takes no arguments, looked up once."""
    return reverse(name)


@register.simple_block_tag
def card(content, title="", icon="", actions="", flush=False, level=2):
    """A titled surface. `flush` drops the body's padding (tables, lists); `actions` is safe HTML at the title's right."""
    head = ""
    if title or actions:
        head = format_html(
            '<div class="card-header"><h{0} class="card-title">{1}{2}</h{0}>{3}</div>',
            level, _svg(icon, 20, "") if icon else "", title,
            format_html('<div class="card-actions">{}</div>', actions) if actions else "",
        )  # fmt: skip
    body = content if flush else format_html('<div class="card-body">{}</div>', content)
    return format_html('<section class="card">{}{}</section>', head, body)


NOTICES = {
    "note": ("blue", "info"),
    "tip": ("green", "lightbulb"),
    "success": ("green", "circle-check"),
    "warning": ("amber", "triangle-alert"),
    "error": ("red", "circle-alert"),
}


@register.simple_block_tag
def notice(content, kind="note", title="", role="", dismissible=False):
    """A message in the page; kinds: note tip success warning error. `role` is status or alert when it appears by itself."""
    tone, symbol = NOTICES[kind]
    body = mark_safe(conditional_escape(content).strip())
    return format_html(
        '<div class="notice tone-{}"{}>{}<div class="notice-body">{}{}</div>{}</div>',
        tone, format_html(' role="{}"', role) if role else "", _svg(symbol, 20, ""),
        format_html('<p class="notice-title">{}</p>', title) if title else "",
        body, DISMISS if dismissible else "",
    )  # fmt: skip


DISMISS = format_html(
    '<button type="button" class="notice-close" data-dismiss=".notice" aria-label="Dismiss">{}</button>',
    _svg("x", 20, ""),
)
HEADING = re.compile(r'<h([23])[^>]*? id="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)
MESSAGE_KINDS = {"debug": "note", "info": "note", "success": "success", "warning": "warning", "error": "error"}


@register.filter
def message_notice(message):
    """A message of `django.contrib.messages` as a dismissible notice."""
    kind = MESSAGE_KINDS.get(message.level_tag, "note")
    return notice(conditional_escape(message), kind, role="alert" if kind == "error" else "status", dismissible=True)


@register.simple_block_tag
def table(content, caption, show_caption=False, dense=False):
    """A table that scrolls sideways inside its own focusable region; the caption names it."""
    return format_html(
        '<div class="table-scroll" role="region" aria-label="{0}" tabindex="0"><table class="table{2}">'
        '<caption class="{1}">{0}</caption>{3}</table></div>',
        caption, "" if show_caption else "visually-hidden", " table-dense" if dense else "", content,
    )  # fmt: skip


@register.simple_tag
def crumbs(*pairs):
    """`{% crumbs "Curriculum" url "Week 3" %}`: label, address, label, address …, the last label is this page."""
    steps = format_html_join(
        "", '<li class="breadcrumb-item"><a href="{}">{}</a></li>', zip(pairs[1::2], pairs[0:-1:2], strict=False)
    )
    here = (
        format_html('<li class="breadcrumb-item active" aria-current="page">{}</li>', pairs[-1])
        if len(pairs) % 2
        else ""
    )
    return format_html('<nav aria-label="Breadcrumb"><ol class="breadcrumb">{}{}</ol></nav>', steps, here)


@register.simple_tag
def due_line(due, reason="", until=None, done=False):
    """When it is due, in whose zone, how soon and why; `due` and `until` are EffectiveDates (which know their reason), or
    moments with a `reason`.
    """
    at, cutoff = getattr(due, "at", due), getattr(until, "at", until)
    reason = reason or (due.why() if hasattr(due, "why") else "")
    now = present.now()
    past = at is not None and at < now
    soon = at is not None and not past and at - now < datetime.timedelta(hours=48)
    tone = "neutral" if done or at is None else "red" if past else "amber" if soon else "neutral"
    main, until_line = "No due date", ""
    if at is not None:
        distance = f'<span class="due-soon">{"overdue, " if past else ""}{dates.when(at, "relative")}</span>'
        main = f"{'Was due' if past else 'Due'} {dates.when(at, 'full')}{'' if done else distance}"
    if cutoff and not done:
        words = "Closed for work since" if past and cutoff < now else "Work is accepted until"
        until_line = f'<p class="due-reason">{words} {dates.when(cutoff, "full")}</p>'
    reason_line = format_html('<p class="due-reason">{}</p>', reason) if reason else ""
    return mark_safe(  # the reason is escaped, the rest comes from nobody
        f'<div class="due tone-{tone}">{_svg("calendar-clock", 20, "")}'
        f'<div><p class="due-main">{main}</p>{reason_line}{until_line}</div></div>'
    )


@component("empty_state")
def empty_state(title, text="", icon="inbox", action_url="", action="", level=2):
    return locals()


@component("stat")
def stat(label, value, hint="", icon="", tone="", url=""):
    return locals()


@component("tabs")
def tabs(items, label):
    return locals()


@component("timeline")
def timeline(events):
    return locals()


@register.filter
def headings(html):
    """The second and third level headings of rendered Markdown, for `{% toc %}`."""
    return _headings(html + "")


@functools.lru_cache(maxsize=512)
def _headings(html):
    found = HEADING.findall(html)
    return [{"level": level, "anchor": anchor, "title": mark_safe(strip_tags(title))} for level, anchor, title in found]


@component("toc")
def toc(entries, title="On this page"):
    return locals()


@component("confirm_dialog")
def confirm_dialog(id, title, text, action, button, tone="red", hidden=None, cancel="Cancel"):
    return locals()


@component("working")
def working(text="Working…", id="", indicator=False):
    return locals()


@component("skeleton")
def skeleton(lines=3):
    return {"lines": range(lines)}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page, name="page", label="Pages"):
    window = (
        page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1) if page.has_other_pages() else []
    )
    query = context["request"].GET.copy()
    query.pop(name, None)
    rest = query.urlencode()
    return {"page": page, "window": window, "prefix": f"?{rest}&{name}=" if rest else f"?{name}=", "label": label}


@register.simple_tag(takes_context=True)
def text_of_block(context, name):
    """What the named block of this page says, without markup; gives `<title>` the words of the heading."""
    block = context.render_context[BLOCK_CONTEXT_KEY].get_block(name)
    return unescape(" ".join(strip_tags(block.render(context)).split()))
