"""One thing of the inbox as a list item, drawn in Python.

A list draws up to 35 of them, and drawing was a third of the time of the page: as a template with an include each cost
a dozen context layers and some sixty look-ups of names. What it says is decided in `referral.pages.inbox`; here is markup.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template.context import RequestContext
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common import phrases
from common.components import InboxItem
from common.markup import marked
from common.templatetags.ui import code, route, tag
from referral.pages.handover_words import say
from referral.pages.inbox import Entry
from referral.pages.staff import Hand

register = template.Library()
NOTHING = SafeString("")
HINT = '<p class="hint">{}</p>'


@register.simple_tag(takes_context=True)
def inbox_item(context: RequestContext, entry: Entry, level: int = 2) -> SafeString:
    """A list item inside `<ul class="inbox">`; its heading, at `level` 2 or 3, is its one link.

    Reads `now` (exercise time), `submission` (a new key for each button) and the request's token from the context.
    """
    item = entry.item
    return marked(
        '<li class="item item-{}"><div>{}{}</div><div class="item-state">{}{}{}</div></li>',
        item.tone,
        _heading(item, level),
        _facts(item),
        _state(item, context["now"]),
        _on_it(context, entry.hand, item.code_word) if entry.hand else NOTHING,
        _press(context, entry.press_url, item.code_word) if entry.press_url else NOTHING,
    )


def _heading(item: InboxItem, level: int) -> SafeString:
    return marked(
        '<h{}><a href="{}"><span class="item-verb">{}</span> <bdi class="item-who">{}</bdi>{}</a></h{}>',
        level,
        item.url,
        item.verb,
        item.code_word,
        marked(' <bdi class="person-code">{}</bdi>', item.code) if item.code else NOTHING,
        level,
    )


def _facts(item: InboxItem) -> SafeString:
    """Between which countries, what is needed on arrival, and what must be known first."""
    needs = _("Needs: %(needs)s") % {"needs": item.needs} if item.needs else ""
    return marked(
        "{}{}{}",
        marked("<p>{}</p>", route(item.sender, item.receiver)) if item.receiver else NOTHING,
        marked(HINT, needs) if needs else NOTHING,
        marked(HINT, item.note) if item.note else NOTHING,
    )


def _state(item: InboxItem, now: datetime) -> SafeString:
    child = pgettext("safeguard", "Presumed to be a child") if item.child else ""
    return marked(
        "{}{}{}{}",
        tag(child, tone="information", icon="child") if child else NOTHING,
        tag(item.status, tone=item.tone),
        marked('<p class="item-due">{}</p>', phrases.due(item.due_at, now)) if item.due_at else NOTHING,
        _sent(item, now),
    )


def _sent(item: InboxItem, now: datetime) -> SafeString:
    when = _("Sent %(when)s") % {"when": phrases.ago(item.sent_at, now)} if item.sent_at else ""
    if when and item.reference:
        return marked('<p class="hint">{} · {}</p>', when, code(item.reference))
    return marked(HINT, when or code(item.reference)) if when or item.reference else NOTHING


def _on_it(context: RequestContext, hand: Hand, about: str) -> SafeString:
    """Who is on it, and the button to say so; `stay` brings the reader back to the inbox."""
    said = NOTHING
    if hand.name:
        said = marked(HINT, _("You are on it") if hand.own else say(_("%(name)s is on it"), name=hand.name))
    if hand.own:
        word = pgettext("button", "Not on it any more")
    elif hand.name:
        word = pgettext("button", "Take over")
    else:
        word = pgettext("button", "I am on it")
    fields = marked(
        '<input type="hidden" name="seen" value="{}"><input type="hidden" name="stay" value="inbox">', hand.seen
    )
    return marked(
        "{}{}", said, _button(context, hand.leave_url if hand.own else hand.take_url, "btn-quiet", word, about, fields)
    )


def _press(context: RequestContext, url: str, about: str) -> SafeString:
    return _button(context, url, "btn-primary", pgettext("button", "Acknowledge"), about)


def _button(
    context: RequestContext, url: str, look: str, word: str, about: str, fields: SafeString = NOTHING
) -> SafeString:
    """A form of one button, posted with the token of the page and a key of its own."""
    submission: Any = context["submission"]
    return marked(
        '<form class="item-act" method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="submission" value="{}">{}'
        '<button class="btn {}">{}<span class="visually-hidden"> {}</span></button></form>',
        url,
        _token(context),
        submission() if callable(submission) else submission,
        fields,
        look,
        word,
        phrases.isolate(about),
    )


def _token(context: RequestContext) -> str:
    """The token of this page, masked once for all its forms."""
    found: str = context.get("csrf_token") or get_token(context["request"])
    return str(found)
