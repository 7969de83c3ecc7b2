"""Template tags of the design system. `docs/design-system.md` shows each in use.

No tag reads a clock or the database: what a page says is decided before it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.paginator import Paginator
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.forms import BaseForm, BoundField
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from common import phrases
from common.markup import marked, together
from common.static_storage import JOINED_STYLESHEET, STYLESHEETS

register = template.Library()

TONE_ICONS = {
    "protected": "covered",
    "waiting": "clock",
    "gap": "gap",
    "information": "information",
    "neutral": "ring",
}


SPRITE = "img/icons.svg"

# Pictures that follow the reading direction. Ticks, clocks and maps never do.
DIRECTIONAL = frozenset({"arrow", "back", "chevron", "mark", "out", "question", "travel"})


@register.simple_tag(name="icon")
def draw_icon(name: str) -> SafeString:
    """One picture of the sprite, hidden from screen readers: a word always stands beside it.

    Arrows and their like turn round by themselves in right-to-left pages.
    """
    return _drawn(name)


@cache
def _drawn(name: str) -> SafeString:
    return marked(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        " icon-flip" if name in DIRECTIONAL else "",
        _address(SPRITE),
        name,
    )


@cache
def _address(path: str) -> str:
    """Where a static file is found: looked up once, because a page draws many pictures."""
    return static(path)


@receiver(setting_changed)
def _look_up_anew(**_signal: Any) -> None:
    """In a running server settings never change; tests collect files elsewhere."""
    _drawn.cache_clear()
    _address.cache_clear()


@register.simple_tag
def tag(member: Any, tone: str = "", icon: str = "") -> SafeString:
    """The badge of a code: icon, word and tone, so that colour is never the only sign.

    `member` is an enum member (its `label`, and `tone` and `icon` where it has them) or a translated
    word; `tone` is protected, waiting, gap, information or neutral. Nothing is drawn for an empty code.
    """
    if member is None or member == "":
        return SafeString("")
    tone = tone or getattr(member, "tone", "") or "neutral"
    picture = icon or getattr(member, "icon", "") or TONE_ICONS[tone]
    return marked('<span class="tag tag-{}">{}{}</span>', tone, draw_icon(picture), getattr(member, "label", member))


@register.simple_tag
def route(sender: object, receiver: object) -> SafeString:
    """`{% route mali tunisia %}`: two names with an arrow in reading direction, for screen readers a word."""
    return marked(
        '<span class="route"><bdi>{}</bdi> {}<span class="visually-hidden">{}</span> <bdi>{}</bdi></span>',
        sender,
        draw_icon("arrow"),
        pgettext("from one country to another", "to"),
        receiver,
    )


@register.filter
def badge(member: Any) -> SafeString:
    """`tag` as a filter, for use inside `include … with`."""
    return tag(member)


@register.filter
def bdi(value: object) -> SafeString:
    """A name or a code in its own direction, so that an Arabic sentence keeps its order around it."""
    return marked("<bdi>{}</bdi>", "" if value is None else value)


@register.filter
def code(value: object) -> SafeString:
    """A person's code or a reference: own direction, even-width letters, never broken over a line."""
    return marked('<bdi class="code">{}</bdi>', "" if value is None else value)


@register.filter
def isolate(value: object) -> str:
    """A name between isolating marks, for attributes such as `aria-label` and for page titles."""
    return phrases.isolate(value) if value not in (None, "") else ""


@register.filter
def ago(moment: datetime | None, now: datetime) -> str:
    """`{{ sent_at|ago:now }}`: "5 hours ago". Both are exercise times."""
    return phrases.ago(moment, now) if moment else ""


@register.filter
def due(due_at: datetime | None, now: datetime) -> str:
    """`{{ due_at|due:now }}`: "Due in 19 hours" or "Overdue by 1 day". Both are exercise times."""
    return phrases.due(due_at, now) if due_at else ""


@register.filter
def duration(length: timedelta | None) -> str:
    """`{{ gap.length|duration }}`: "16 days"."""
    return phrases.duration(length) if length is not None else ""


@register.simple_tag
def exercise_day(moment: datetime | None, start: datetime, zone: str = "") -> str:
    """`{% exercise_day at registry_start zone %}`: "Day 3, 14:20 (exercise)"."""
    return phrases.exercise_day(moment, start, zone) if moment else ""


@register.filter
def long_date(moment: date | datetime | None, zone: str = "") -> str:
    """`{{ given_at|long_date:country.zone }}`: "20 August 2026"; the zone may be left out."""
    return phrases.long_date(moment, zone) if moment else ""


@register.filter
def long_moment(moment: datetime | None, zone: str = "") -> str:
    """`{{ at|long_moment:country.zone }}`: "20 August 2026, 14:20"; the zone may be left out."""
    return phrases.long_moment(moment, zone) if moment else ""


@register.filter
def summary_target(field: BoundField) -> str:
    """The id that a link of the error summary leads to: the first control of the field, else its group."""
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget) or (isinstance(widget, forms.RadioSelect) and field.field.choices):  # type: ignore[attr-defined]
        return f"{field.auto_id}_0"
    return field.auto_id


@register.filter
def faulty_fields(form: BaseForm) -> Iterable[BoundField]:
    """The fields of `form` with errors, in the order of the page."""
    return [field for field in form if field.errors]


@register.simple_tag(takes_context=True)
def page_address(context: Context, number: int) -> str:
    """`?page=2` that keeps every filter of the present address."""
    request = context.get("request")
    kept = [
        (name, value)
        for name, values in (request.GET.lists() if request else ())
        if name != "page"
        for value in values
        if value
    ]
    return "?" + urlencode([*kept, ("page", number)])


@register.filter
def under(mapping: Mapping[str, Any] | None, key: object) -> Any:
    """What `mapping` holds for `key`, read as text; empty where there is nothing."""
    return (mapping or {}).get(str(key), "")


@register.filter
def page_numbers(paginator: Paginator[Any], number: int) -> list[int | None]:
    """The numbers to offer around page `number`; None stands for a gap."""
    around = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [entry if isinstance(entry, int) else None for entry in around]


@register.simple_tag
def stylesheets() -> SafeString:
    """The stylesheet: one joined file where static files are collected, its four parts elsewhere."""
    joined = JOINED_STYLESHEET in getattr(staticfiles_storage, "hashed_files", {})
    paths = (JOINED_STYLESHEET,) if joined else STYLESHEETS
    return together(marked('<link rel="stylesheet" href="{}">\n  ', _address(path)) for path in paths)


@register.simple_block_tag
def card(content: str, heading: str = "", ident: str = "") -> SafeString:
    """`{% card _("Key facts") %}…{% endcard %}`: white ground with a heading of level 2."""
    return render_to_string("components/card.html", {"content": content, "heading": heading, "ident": ident})


@register.simple_block_tag
def notice(content: str, tone: str = "neutral", heading: str = "") -> SafeString:
    """`{% notice "gap" _("She is not covered now.") %}<p>…</p>{% endnotice %}`."""
    return render_to_string("components/notice.html", {"content": content, "tone": tone, "heading": heading})


@register.simple_block_tag
def inset(content: str) -> SafeString:
    """A passage that stands apart, such as quoted words."""
    return render_to_string("components/inset.html", {"content": content})


@register.simple_block_tag
def disclosure(content: str, summary: str, open: bool = False) -> SafeString:  # noqa: A002 - the name of the HTML attribute
    """`{% disclosure _("Why is this needed?") %}…{% enddisclosure %}`: opens without a script."""
    return render_to_string("components/details.html", {"content": content, "summary": summary, "open": open})


@register.simple_block_tag
def table(content: str, caption: str) -> SafeString:
    """`{% table _("Services") %}<thead>…</tbody>{% endtable %}`: scrolls by itself, reachable by keyboard."""
    return render_to_string("components/table.html", {"content": content, "caption": caption})


@register.simple_block_tag
def filters(content: str, clear: str = "") -> SafeString:
    """`{% filters %}…fields…{% endfilters %}`: a GET form whose answer survives a reload; `clear` is the bare address."""
    return render_to_string("components/filters.html", {"content": content, "clear": clear})


@register.simple_block_tag
def kept(content: str) -> str:
    """`{% kept as links %}…{% endkept %}`: drawn once where `{{ links }}` stands several times."""
    return content


@register.tag
def fixed(parser: Parser, _token: Token) -> FixedNode:
    """`{% fixed %}…{% endfixed %}`: what says the same on every page of a language is drawn once in each process.

    Nothing of a page or a person can stand inside: variables are empty there.
    """
    inside = parser.parse(("endfixed",))
    parser.delete_first_token()
    return FixedNode(inside)


MOST_SURROUNDINGS = 50
"""Languages times places; a proxy may hand on any prefix."""


class FixedNode(template.Node):
    """Keeps what its nodes draw, for each language and each place where pages and files are found."""

    def __init__(self, inside: NodeList) -> None:
        self.inside = inside
        self.drawn: dict[tuple[object, ...], str] = {}

    def render(self, context: Context) -> SafeString:
        """What is known, or drawn now without anything of this page."""
        words, addresses = (get_language(), *settings.LOCALE_PATHS), (get_script_prefix(), _address(SPRITE))
        surroundings = (*words, *addresses, get_urlconf() or settings.ROOT_URLCONF)
        if surroundings not in self.drawn:
            if len(self.drawn) >= MOST_SURROUNDINGS:
                self.drawn.clear()
            self.drawn[surroundings] = self.inside.render(context.new({}))
        return SafeString(self.drawn[surroundings])
