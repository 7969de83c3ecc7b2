"""One person of the list as a list item, drawn in Python: as a template a page of them was a third of its time.

What it says is decided in `referral.pages.people`; here is markup.
"""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common import phrases
from common.markup import marked, together
from common.templatetags.ui import tag
from referral.pages.handover_words import say
from referral.pages.people import PersonRow

register = template.Library()
NOTHING = SafeString("")
HINT = '<p class="hint">{}</p>'


@register.simple_tag
def person_row(row: PersonRow, now: datetime) -> SafeString:
    """A list item inside `<ul class="inbox">`; its heading is its one link. `now` is exercise time."""
    return marked(
        '<li class="item item-{}"><div><h2><a href="{}"><bdi class="item-verb item-who">{}</bdi>'
        ' <bdi class="person-code">{}</bdi></a></h2>{}{}</div><div class="item-state">{}</div></li>',
        _tone(row),
        row.url,
        row.code_word,
        row.code,
        _person(row) if row.full else NOTHING,
        marked(HINT, say(_("%(country)s answers now"), country=row.answers))
        if row.answers and not row.ours
        else NOTHING,
        _state(row, now) if row.full else NOTHING,
    )


def _tone(row: PersonRow) -> str:
    if not row.full or row.closed:
        return "neutral"
    return "protected" if row.covered else "gap"


def _person(row: PersonRow) -> SafeString:
    """Who it is in a few words, and the safeguards that a row has room for."""
    words = [word for word in (row.who, row.age if row.who else "", row.stage.label) if word]
    tags = [tag(safeguard, tone=tone, icon=icon) for safeguard, tone, icon in row.safeguards]
    if row.danger:
        tags.insert(0, tag(_("Immediate danger"), tone="gap"))
    shown = (
        marked('<ul class="tags">{}</ul>', together(marked("<li>{}</li>", one) for one in tags)) if tags else NOTHING
    )
    return marked("<p>{}</p>{}", " · ".join(map(str, words)), shown)


def _state(row: PersonRow, now: datetime) -> SafeString:
    covered = tag(_("Covered"), tone="protected") if row.covered else tag(_("Not covered now"), tone="gap")
    found = _("Found %(when)s") % {"when": phrases.ago(row.opened_at, now)}
    return marked(
        "{}{}{}",
        covered,
        marked("<p>{}</p>", row.gap) if row.gap and not row.covered else NOTHING,
        marked(HINT, " · ".join([_("Handover open"), found]) if row.open_handover else found),
    )
