"""From the rows that publication wrote to the plain facts that every form of a letter is made from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from coalition import config
from coalition.models.edition import Edition, ListGroup, PublicLine
from coalition.models.letter import Letter
from coalition.models.list_look import ListLook
from coalition.models.photo import File
from coalition.models.public import PublicLetter
from coalition.rendering import kept_lines
from coalition.rendering.after import happened_since
from coalition.rendering.file_facts import file_facts
from coalition.rendering.printed import (
    Figures,
    PrintedAbout,
    PrintedAddressee,
    PrintedGroup,
    PrintedLetter,
    PrintedLine,
    PrintedLogo,
    PrintedPhoto,
    PrintedPress,
    PrintedQuotation,
    PrintedText,
)
from coalition.rendering.printed_after import After
from coalition.rendering.printed_files import PrintedFiles
from coalition.rendering.signing_keys import in_groups, key_of_edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


LOGOS = "/logos/"
DIGEST = re.compile(r"[0-9a-f]{20}")
LOGO_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


def printed_letter(
    session: Session, public: PublicLetter, edition: Edition | None = None, *, may_keep: bool = False
) -> PrintedLetter:
    """What readers see of a published letter today, less the names that were taken off since.

    Of its current edition, with the lines added since; or of a given one as it was, without what came after it.
    `may_keep` for those who only read (`coalition.rendering.kept_lines`).
    """
    is_current = edition is None
    edition = edition or session.get_one(Edition, public.edition_id)
    facts = edition.printed
    groups, serial = _groups(session, edition, with_since=is_current, may_keep=may_keep)
    lines = [line for group in groups for line in group.lines]
    withheld = said_of_withheld(public, edition)
    counted = figures(lines, withheld or 0, counts_lead=facts["counts_lead"], counts_withheld=facts["counts_withheld"])
    return letter_of_facts(
        session,
        facts,
        slug=public.slug,
        edition=edition.number,
        published_at=edition.published_at,
        figures=counted,
        withheld_count=withheld,
        groups=groups,
        leads=led_by(facts.get("leads") or [], facts.get("leads_listed") or [], lines),
        asks=_asks(session, public) if is_current else "",
        after=happened_since(session, public.letter_id) if is_current else None,
        changed_at=public.updated_at if is_current else None,
        is_rolling=facts.get("is_rolling", False),
        files=file_facts(
            session,
            public.letter_id,
            ListLook.read(facts.get("list_look", {})),
            lines,
            signing_key=in_groups(key_of_edition(session, edition.id)),
        ),
        serial=serial,
    )


def led_by(
    said: Sequence[dict[str, str]], listed: Sequence[str], lines: Sequence[PrintedLine]
) -> tuple[dict[str, str], ...]:
    """Who leads: who is said to, less those whom the list named and names no more; else the leads of the list.

    `listed` has the canonical names of those whom the list named.
    """
    named = {name for line in lines for name in line.names.values()}
    still = tuple(one for one in said if one["und"] not in listed or not named.isdisjoint(one.values()))
    return still or tuple(line.names for line in lines if line.is_lead)


def said_of_withheld(public: PublicLetter, edition: Edition) -> int | None:
    """The number of withheld names that an edition says today, or None (`shown_withheld`).

    Of an older edition never more than it said then, nor more than today (docs/decisions/0005).
    """
    now = min(public.withheld_now, edition.withheld_count or 0)
    return shown_withheld(now, edition.withheld_count, edition.printed["withheld_threshold"])


def _asks(session: Session, public: PublicLetter) -> str:
    """Whether requests to be on the list are taken now: the letter's own choice, and whether signing is open."""
    takes, stage = session.execute(
        select(Letter.takes_requests, Letter.stage).where(Letter.id == public.letter_id)
    ).one()
    return {"open": "sign", "closed": "late"}.get(stage, "") if takes else ""


def letter_of_facts(
    session: Session,
    facts: dict[str, Any],
    *,
    slug: str,
    published_at: datetime,
    figures: Figures,
    edition: int = 0,
    withheld_count: int | None = None,
    groups: tuple[PrintedGroup, ...] = (),
    leads: tuple[dict[str, str], ...] = (),
    asks: str = "",
    after: After | None = None,
    changed_at: datetime | None = None,
    is_rolling: bool = False,
    files: PrintedFiles | None = None,
    serial: int = 0,
) -> PrintedLetter:
    """A letter from the facts that an edition keeps of it (`coalition.actions.proof`) and from its list."""
    return PrintedLetter(
        slug=slug,
        kind=facts["kind"],
        coalition_name=facts["coalition_name"],
        public_address=config.settings().root,
        authoritative_language=facts["authoritative_language"],
        texts={language: PrintedText(language=language, **parts) for language, parts in facts["texts"].items()},
        edition=edition,
        published_at=published_at,
        zone=facts["zone"],
        figures=figures,
        withheld_count=withheld_count,
        groups=groups,
        list_order=facts["list_order"],
        addressees=tuple(
            PrintedAddressee(block=one["block"], style=one["styles"], name=one["names"], office=one["offices"])
            for one in facts["addressees"]
        ),
        leads=leads,
        look=ListLook.read(facts.get("list_look", {})),
        about=_about(facts.get("about", {})),
        place=facts["place"],
        printed_on=facts["printed_on"],
        photo=_photo(session, facts["photo"]),
        fingerprints=facts["fingerprints"],
        version=facts.get("version", 0),
        lagging=facts.get("lagging", {}),
        asks=asks,
        after=after or After(),
        changed_at=changed_at,
        is_rolling=is_rolling,
        files=files or PrintedFiles(),
        serial=serial,
    )


def shown_withheld(now: int, at_release: int | None, threshold: int) -> int | None:
    """The number of withheld names to say, or None: it is hidden below the letter's threshold, for good."""
    if at_release is None:
        return None
    return now if now >= threshold else None


def figures(
    lines: Iterable[PrintedLine], withheld: int, *, counts_lead: bool = True, counts_withheld: bool = True
) -> Figures:
    """The computed figures of a list (DOMAIN §2). `withheld` is what is said of withheld names, 0 when nothing is."""
    counted = [line for line in lines if counts_lead or not line.is_lead]
    individuals = sum(line.kind == "individual" for line in counted)
    organisations = len(counted) - individuals + (withheld if counts_withheld else 0)
    return Figures(
        signatories=organisations + individuals,
        organisations=organisations,
        individuals=individuals,
        countries=len({line.country for line in counted if line.country and line.kind == "organisation"}),
    )


def printed_line(line: PublicLine, logo: PrintedLogo | None = None) -> PrintedLine:
    """A row of the public list as plain facts."""
    return PrintedLine(
        names=line.printed,
        sort_keys=line.sort_keys,
        country=line.country,
        kind=line.kind,
        affiliation=line.affiliation,
        is_lead=line.is_lead,
        added_on=line.added_on,
        from_edition=line.from_edition,
        position=line.position,
        country_printed=line.country_printed,
        logo=logo,
    )


def _groups(
    session: Session, edition: Edition, *, with_since: bool, may_keep: bool
) -> tuple[tuple[PrintedGroup, ...], int]:
    """The parts of the list with their lines, and the serial of the kept ones."""
    look, serial = ListLook.read(edition.printed.get("list_look", {})), 0
    if look.shows_logos or look.letterhead:
        lines = _lines_with_logos(session, edition, with_since=with_since)
    else:
        lines, serial = kept_lines.of_edition(session, edition, may_keep=may_keep)
        since = kept_lines.added_since(session, edition) if with_since else {}
        lines = lines | {group_id: (*lines.get(group_id, ()), *added) for group_id, added in since.items()}
    groups = session.scalars(
        select(ListGroup).where(ListGroup.letter_id == edition.letter_id).order_by(ListGroup.position)
    )
    return tuple(
        PrintedGroup(
            headings=group.headings,
            lines=lines.get(group.id, ()),
            unnamed=group.unnamed,
            for_persons=group.for_persons,
        )
        for group in groups
    ), serial


def _lines_with_logos(session: Session, edition: Edition, *, with_since: bool) -> kept_lines.Lines:
    lines: dict[UUID, list[PrintedLine]] = {}
    query = (
        select(PublicLine)
        .where(
            PublicLine.letter_id == edition.letter_id,
            PublicLine.from_edition <= edition.number + with_since,
            PublicLine.until_edition.is_(None) | (PublicLine.until_edition > edition.number),
        )
        .order_by(PublicLine.position)
    )
    rows = list(session.scalars(query))
    logos = _logos(session, edition, rows)
    for row in rows:
        lines.setdefault(row.list_group_id, []).append(printed_line(row, logos.get(row.logo_id)))
    return {group_id: tuple(of_group) for group_id, of_group in lines.items()}


def _logos(session: Session, edition: Edition, rows: list[PublicLine]) -> dict[UUID | None, PrintedLogo]:
    """The logos beside the names, where the list shows any."""
    look = ListLook.read(edition.printed.get("list_look", {}))
    ids = {row.logo_id for row in rows if row.logo_id and look.has_logo(is_lead=row.is_lead)}
    if not ids:
        return {}
    return {file.id: printed_logo(file) for file in session.scalars(select(File).where(File.id.in_(ids)))}


def printed_logo(file: File) -> PrintedLogo:
    """A logo's bytes as plain facts, under the address that their content gives them."""
    path = f"{LOGOS}{file.sha256[:20]}{LOGO_ENDINGS[file.media_type]}"
    return PrintedLogo(path=path, media_type=file.media_type, content=file.content)


def logo_on_a_list(session: Session, path: str) -> File | None:
    """The logo at a public path, where it stands beside a name that readers see now."""
    digest = path.removeprefix(LOGOS).partition(".")[0]
    if not DIGEST.fullmatch(digest):
        return None
    printing = (
        select(PublicLine.logo_id)
        .join(PublicLetter, PublicLetter.letter_id == PublicLine.letter_id)
        .where(PublicLetter.retracted_at.is_(None), PublicLine.logo_id.is_not(None))
    )
    found = session.scalars(select(File).where(File.sha256.startswith(digest), File.id.in_(printing)))
    return next((file for file in found if printed_logo(file).path == path), None)


def _about(facts: dict[str, Any]) -> PrintedAbout:
    """What an edition says around its text; one of before this was kept says nothing."""
    support: dict[str, str] = facts.get("support", {})
    return PrintedAbout(
        topics=tuple(facts.get("topics", ())),
        series=facts.get("series", ""),
        hashtags=tuple(facts.get("hashtags", ())),
        countries_addressed=tuple(facts.get("countries_addressed", ())),
        organiser=support.get("organiser", ""),
        campaign=support.get("link", ""),
        event=facts.get("event", {}),
        event_on=facts.get("event_on", ""),
        press={
            language: PrintedPress(block["contact"], tuple(PrintedQuotation(**one) for one in block["quotations"]))
            for language, block in facts.get("press", {}).items()
        },
    )


def _photo(session: Session, facts: dict[str, Any] | None) -> PrintedPhoto | None:
    if facts is None:
        return None
    file = session.get_one(File, UUID(facts["file_id"]))
    return PrintedPhoto(
        path=facts["path"],
        media_type=file.media_type,
        width=facts["width"],
        height=facts["height"],
        credit=facts["credit"],
        licence=facts["licence"],
        content=file.content,
    )
