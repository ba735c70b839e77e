"""What a letter says of itself around its text: co-leads, series, topics, whom it speaks to, its event, the press."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, request
from flask_babel import gettext as _

from coalition import languages
from coalition.actions import describe as verbs
from coalition.actions.describe import About, UnknownOrganisation
from coalition.database import db
from coalition.intake.countries import country_code, country_suggestion
from coalition.intake.moments import NotADay, read_printed_date
from coalition.intake.quotations import NobodySaysIt, read_quotations, typed_quotations
from coalition.intake.texts import tidy_text
from coalition.models.letter import AlreadyPublished, StaleEdit
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import language as desk_language
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.typed import Typed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

LINE = 300
PROSE = 4000


@desk.get("/letters/<uuid:letter_id>/about")
@audience(Audience.TEAM)
def about(letter_id: UUID) -> ResponseReturnValue:
    """It as kept."""
    return _page(Typed.stored(_kept()))


@desk.post("/letters/<uuid:letter_id>/about")
@audience(Audience.TEAM)
def save_about(letter_id: UUID) -> ResponseReturnValue:
    """Save it."""
    typed = Typed(request.form)
    described = _read(typed)
    if not typed.is_good:
        return _page(typed, status=422)
    try:
        verbs.describe(letter_id, described, by=account(), seen=request.form.get("seen"))
    except UnknownOrganisation as unknown:
        words = _(
            "No organisation of the directory is called “%(name)s”. Write it as it stands there.", name=unknown.name
        )
        typed.wrong("co_leads", words)
        return _page(typed, status=422)
    except StaleEdit:
        db.session.rollback()
        return _page(typed, status=409, is_stale=True)
    except AlreadyPublished:
        typed.wrong("", _("The letter is published. This does not change any more."))
        return _page(typed, status=409)
    flash(_("This is saved."))
    return lead_to(letter_id)


def _read(typed: Typed) -> About:
    tags = the_letter().working_languages
    event = {tag: typed.line(f"event_{tag}", limit=LINE) for tag in tags}
    press = {tag: _press(typed, tag) for tag in tags}
    organiser, link = typed.line("organiser", limit=LINE), typed.line("link", limit=500)
    if not verbs.is_link(link):
        typed.wrong("link", _("Enter an address that begins with https://"))
    if link and not organiser:
        typed.wrong("organiser", _("Say whose campaign this address is."))
    return About(
        topics=_several(typed, "topics", limit=verbs.TOPIC_LIMIT),
        series=typed.line("series", limit=verbs.SERIES_LIMIT),
        hashtags=_hashtags(typed),
        countries_addressed=_countries(typed),
        organiser=organiser,
        link=link,
        event={tag: words for tag, words in event.items() if words},
        event_on=_event_on(typed),
        press={tag: block for tag, block in press.items() if block["contact"] or block["quotations"]},
        co_leads=_several(typed, "co_leads", limit=LINE),
    )


def _several(typed: Typed, name: str, *, limit: int) -> tuple[str, ...]:
    """What was typed a line each, each once."""
    words = tidy_text(typed.prose(name, limit=PROSE))
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    for line in lines:
        if len(line) > limit:
            typed.wrong(name, _("Shorten the line “%(line)s”.", line=f"{line[:40]}…"))
    if len(lines) > verbs.MOST:
        typed.wrong(name, _("Leave %(number)s lines at most.", number=verbs.MOST))
    return tuple(dict.fromkeys(lines))


def _hashtags(typed: Typed) -> tuple[str, ...]:
    tags = [one.lstrip("#＃") for one in typed.line("hashtags", limit=500).replace(",", " ").split()]
    for tag in tags:
        if not verbs.HASHTAG.fullmatch(tag):
            typed.wrong("hashtags", _("“%(tag)s” has more than letters and figures in it.", tag=tag))
    if len(tags) > verbs.MOST:
        typed.wrong("hashtags", _("Leave %(number)s at most.", number=verbs.MOST))
    return tuple(dict.fromkeys(tags))


def _countries(typed: Typed) -> tuple[str, ...]:
    codes = []
    for line in typed.prose("countries", limit=PROSE).splitlines():
        if not line.strip():
            continue
        code = country_code(line.strip())
        if code is None:
            near = country_suggestion(line.strip(), desk_language())
            words = _("“%(name)s” is no country that we know.", name=line.strip())
            typed.wrong("countries", _("%(before)s Did you mean %(name)s?", before=words, name=near) if near else words)
        else:
            codes.append(code)
    return tuple(dict.fromkeys(codes))


def _event_on(typed: Typed) -> str:
    try:
        return read_printed_date(typed.line("event_on", limit=10))
    except NotADay:
        typed.wrong("event_on", _("Enter a day like 2027-03-01, a month like 2027-03, or a year."))
        return ""


def _press(typed: Typed, tag: str) -> dict[str, Any]:
    contact, quotations = f"press_contact_{tag}", f"press_quotations_{tag}"
    block: dict[str, Any] = {"contact": tidy_text(typed.prose(contact, limit=PROSE)).strip(), "quotations": []}
    try:
        block["quotations"] = read_quotations(tidy_text(typed.prose(quotations, limit=PROSE * 4)))
    except NobodySaysIt as nobody:
        words = _("Quotation %(number)s: say on its last line who says it, after a dash.", number=nobody.number)
        typed.wrong(quotations, words)
    return block


def _kept() -> dict[str, Any]:
    """What is kept, as somebody would type it."""
    letter, spoken = the_letter(), desk_language()
    values = {
        "topics": "\n".join(letter.topics),
        "series": letter.series,
        "hashtags": " ".join(f"#{tag}" for tag in letter.hashtags),
        "countries": "\n".join(languages.country_name(code, spoken) for code in letter.countries_addressed),
        "organiser": letter.support.get("organiser", ""),
        "link": letter.support.get("link", ""),
        "event_on": letter.event_on,
        "co_leads": "\n".join(verbs.co_leads(letter)),
        "seen": verbs.state_of_about(letter),
    }
    for tag in letter.working_languages:
        block = letter.press.get(tag, {})
        values |= {
            f"event_{tag}": letter.event.get(tag, ""),
            f"press_contact_{tag}": block.get("contact", ""),
            f"press_quotations_{tag}": typed_quotations(block.get("quotations", [])),
        }
    return values


def _page(typed: Typed, *, status: int = 200, is_stale: bool = False) -> ResponseReturnValue:
    letter, kept = the_letter(), _kept()
    return show(
        "desk/about.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        tongues=[(tag, languages.name(tag, desk_language())) for tag in letter.working_languages],
        is_support=letter.kind == "support",
        lead=letter.leads[0].organisation.name if letter.leads else "",
        is_stale=is_stale,
        theirs=[value for name, value in kept.items() if name != "seen" and value and value != typed.get(name)],
        seen=kept["seen"] if is_stale else typed.get("seen"),
    )
