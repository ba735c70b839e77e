"""The check list before publication (DOMAIN §5): what a careful coordinator would look at, found by the machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anyascii import anyascii
from rapidfuzz import fuzz
from sqlalchemy import func, select

from coalition import clock, config
from coalition.actions.persons import persons_to_ask
from coalition.actions.proof import Signer, counted, proof, signers, withheld_said
from coalition.actions.reconfirm import open_objections
from coalition.actions.recorded import recorded_signatures
from coalition.actions.refresh import stale_signatures
from coalition.intake.odd_names import oddities
from coalition.models.comment import Comment
from coalition.models.incoming_email import IncomingEmail
from coalition.models.letter import Tally
from coalition.models.objection import OWN
from coalition.models.signature import Signature
from coalition.rendering import faces
from coalition.rendering import text as text_form
from coalition.rendering.kinds import WITHOUT_SIGNATORIES
from coalition.rendering.missing_parts import missing_parts
from coalition.rendering.pdf import missing_glyphs
from coalition.rendering.printed import Figures
from coalition.rendering.text.problems import PARTS_WITH_WORDS
from coalition.rendering.typed_numbers import disagreeing, number_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from coalition.models.letter import Letter
    from coalition.models.version import Text

EMBARGOED = (
    "under embargo", "embargo until", "embargoed until", "sous embargo", "bajo embargo", "embargo hasta",
    "sob embargo", "embargo até", "под эмбарго", "эмбарго до", "حظر النشر", "محظور النشر",
)  # fmt: skip
"""Words by which a text speaks of an embargo itself: printed, they stand there also after it has ended."""
MOST_COMPARED = 2000
"""Each name is compared with each; beyond this the desk's own search is the better tool."""
LOOK_ALIKE = 93
"""From this likeness on (of 100) two names are pointed out; they are never merged by the machine."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. A stopping one must be mended; any other may be passed over with a reason."""

    code: str
    stops: bool = False
    subject: str = ""
    """Tells findings of one code apart, in forms and overrides: a language, or a signature's id."""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name under which it is overridden."""
        return f"{self.code}:{self.subject}" if self.subject else self.code

    @property
    def said(self) -> dict[str, Any]:
        """What it says, to be kept with the reason for which it was passed over."""
        return {name: value if isinstance(value, int) else str(value) for name, value in self.facts.items()}

    def is_within(self, said: Mapping[str, Any]) -> bool:
        """Whether it says no more than it did when it was passed over: the same, or fewer of the same.

        Of a number that was typed, only that: the list goes on while a release waits.
        """
        now, before = self.said, dict(said)
        number, most = now.pop("number", 0), before.pop("number", 0)
        return now == before and (self.code == "typed_number" or number <= most)


@dataclass(frozen=True, slots=True)
class Check:
    """The whole list: figures as they will be printed, and what was found."""

    figures: Figures
    withheld: int | None
    findings: tuple[Finding, ...]

    @property
    def stops(self) -> bool:
        """Whether something must be mended first."""
        return any(finding.stops for finding in self.findings)

    def not_in(self, passed_over: Collection[str]) -> tuple[Finding, ...]:
        """What stands against a release when the findings of these keys are passed over."""
        return tuple(one for one in self.findings if one.stops or one.key not in passed_over)


def check(session: Session, letter: Letter) -> Check:
    """Look through a letter that is to be published; changes nothing. Opens the vault."""
    standing = signers(session, letter)
    named = [signer for signer in standing if signer.signature.is_public]
    figures = counted(session, letter, standing)
    findings = (
        *([Finding("practice", stops=True)] if letter.is_practice else []),
        *_of_the_stage(letter),
        *_of_the_texts(letter, figures),
        *_of_the_photo(letter),
        *_of_the_leads(letter, standing),
        *_of_the_names(named),
        *_of_the_disputed(session, letter),
        *_of_the_silent(session, letter),
        *_of_the_addressees(letter),
        *_of_the_open(session, letter),
        *_of_the_last_words(session, letter, now=clock.now()),
        *_of_the_print(session, letter),
        *([] if standing or letter.imported_at or _is_unsigned(letter) else [Finding("nobody_signed")]),
    )
    return Check(figures=figures, withheld=withheld_said(session, letter, standing), findings=findings)


def _of_the_stage(letter: Letter) -> list[Finding]:
    is_ready = letter.stage == "closed" or (letter.is_rolling and letter.stage == "open")
    return [] if is_ready else [Finding("not_closed", stops=True, facts={"stage": letter.stage})]


def _of_the_texts(letter: Letter, figures: Figures) -> list[Finding]:
    found = []
    for item in letter.version.texts:
        facts = {"language": item.language}
        if item.is_empty:
            stops = item.language == letter.authoritative_language
            found.append(Finding("missing_translation", stops=stops, subject=item.language, facts=facts))
            continue
        if letter.opened_at and item.shown_at is None:
            found.append(Finding("translation_not_shown", subject=item.language, facts=facts))
        found += _of_the_words(item, figures)
        found += _of_the_translation(item, letter.version.text(letter.authoritative_language))
    return found


def _of_the_words(text: Text, figures: Figures) -> list[Finding]:
    """What an author should look at again, and numbers that the list does not have."""
    parts = {name: getattr(text, name) for name in PARTS_WITH_WORDS}
    facts = {"language": text.language}
    said = " ".join(parts.values()).casefold()
    spoken_of = [words for words in EMBARGOED if words in said]
    found = [Finding("typed_embargo", subject=text.language, facts=facts | {"typed": one}) for one in spoken_of[:1]]
    found += [
        Finding("text_problem", subject=f"{text.language}.{place}", facts=facts | {"problem": problem})
        for place, problem in enumerate(text_form.problems(parts, text.language))
    ]
    return found + [
        Finding(
            "typed_number",
            subject=f"{text.language}.{place}",
            facts=facts | {"typed": one.typed, "number": number_of(figures, one.figure)},
        )
        for place, one in enumerate(disagreeing(parts, text.language, figures))
    ]


def _of_the_translation(text: Text, original: Text) -> list[Finding]:
    """How a translation stands to the text that governs: it follows an older one, or lacks parts of it."""
    facts: dict[str, Any] = {"language": text.language}
    if text is original:
        return []
    found = []
    if text.is_lagging and text.translates is not None:
        versions = {"follows": text.translates.version.number, "version": text.version.number}
        found.append(Finding("lagging_translation", subject=text.language, facts=facts | versions))
    missing = missing_parts(original, text)
    if missing:
        found.append(Finding("translation_lacks", subject=text.language, facts=facts | {"missing": missing}))
    return found


def _of_the_print(session: Session, letter: Letter) -> list[Finding]:
    """Characters that no face shows: page, text and JSON go out, the PDF waits for the face."""
    if letter.version.text(letter.authoritative_language).is_empty:
        return []
    printed = proof(session, letter, now=clock.now())
    fonts = config.settings().font_folders
    return [
        Finding(
            "missing_glyph",
            subject=f"{language}.{ord(missing.character):04X}",
            facts={"language": language, "character": missing.character, "line": missing.lines[0]},
        )
        for language in printed.texts
        for missing in missing_glyphs(printed, language, fonts=faces.cjk_fonts(fonts))
    ]


def _of_the_photo(letter: Letter) -> list[Finding]:
    if letter.photo is None:
        return []
    found = [] if letter.photo.credit.strip() else [Finding("photo_without_credit", stops=True)]
    return found + [
        Finding("photo_without_alternative", stops=True, subject=item.language, facts={"language": item.language})
        for item in letter.version.texts
        if not item.is_empty and not item.photo_alternative.strip()
    ]


def _is_unsigned(letter: Letter) -> bool:
    """Whether it is meant to be signed by nobody: its kind says so, or it was closed before anybody was asked."""
    return letter.kind in WITHOUT_SIGNATORIES or letter.opened_at is None


def _of_the_leads(letter: Letter, standing: list[Signer]) -> list[Finding]:
    """Leads that are not printed. Where nobody signs, that is said only of several leads: its page names none."""
    signed = {signer.organisation.id for signer in standing if signer.organisation}
    if not standing and _is_unsigned(letter) and len(letter.leads) < 2:
        return []
    return [
        Finding("lead_not_signed", subject=lead.organisation_id.hex, facts={"name": lead.organisation.name})
        for lead in letter.leads
        if lead.organisation_id not in signed
    ]


def _of_the_names(named: list[Signer]) -> list[Finding]:
    found = []
    for signer in named:
        facts = {"name": signer.name, "signature": signer.signature.id.hex}
        if odd := oddities(signer.name, may_be_person=signer.signature.kind == "organisation"):
            found.append(Finding("odd_name", subject=signer.signature.id.hex, facts=facts | {"odd": odd}))
        if signer.organisation is not None and signer.organisation.safety_default == "withhold":
            found.append(Finding("withhold_by_default", subject=signer.signature.id.hex, facts=facts))
    return found + _look_alikes(named)


def _of_the_disputed(session: Session, letter: Letter) -> list[Finding]:
    """Signatures that their organisations dispute, or object with to the last text: they are not printed."""
    disputed = session.scalars(
        select(Signature).where(
            Signature.letter_id == letter.id, Signature.ended_on.is_(None), Signature.suspended_at.is_not(None)
        )
    )
    return [
        Finding(
            "disputed",
            subject=one.id.hex,
            facts={
                "name": one.printed_names["und"] if one.visibility == "named" else "",
                "has_objected": all(objection.against in OWN for objection in open_objections(session, one)),
            },
        )
        for one in disputed
    ]


def _of_the_silent(session: Session, letter: Letter) -> list[Finding]:
    """Signatures that were not kept since the substance changed, and are not printed; and a version nobody has seen."""
    waiting = session.get_one(Tally, letter.id).waiting
    found = [Finding("not_reconfirmed", facts={"number": waiting})] if waiting else []
    persons = len(persons_to_ask(session, letter))
    if persons:
        found.append(Finding("persons_not_reconfirmed", facts={"number": persons}))
    if letter.next_version is not None:
        found.append(Finding("unfinished_version", facts={"version": letter.next_version.number}))
    return found


def _of_the_addressees(letter: Letter) -> list[Finding]:
    """Persons without an office: those with a style, and those among others who have one. A class has none."""
    spoken = letter.authoritative_language
    printed = [one.printed(spoken) for one in letter.version.addressees]
    has_offices = any(one["office"].strip() for one in printed)
    return [
        Finding("addressee_without_office", subject=str(place), facts={"name": one["name"] or one["style"]})
        for place, one in enumerate(printed, start=1)
        if not one["office"].strip() and (one["style"].strip() or has_offices)
    ]


def _of_the_open(session: Session, letter: Letter) -> list[Finding]:
    """Questions and comments that nobody answered, and replies by mail that nobody has dealt with."""
    comments = select(func.count()).where(
        Comment.letter_id == letter.id, Comment.outcome.is_(None), Comment.taken_back_at.is_(None)
    )
    replies = select(func.count()).where(IncomingEmail.letter_id == letter.id, *IncomingEmail.is_unread())
    found = []
    if number := session.scalar(comments):
        found.append(Finding("comments_open", facts={"number": number}))
    if number := session.scalar(replies):
        found.append(Finding("replies_open", facts={"number": number}))
    return found


def _of_the_last_words(session: Session, letter: Letter, *, now: datetime) -> list[Finding]:
    """Signers who may still object to the page proof, those who have not confirmed what was recorded for them, and
    those whose last word is old.
    """
    found = []
    if letter.proof_until_at is not None and now < letter.proof_until_at:
        found.append(Finding("proof_running", facts={"until": letter.proof_until_at}))
    unconfirmed = recorded_signatures(session, letter.id)
    if unconfirmed:
        found.append(Finding("recorded_unconfirmed", facts={"number": len(unconfirmed)}))
    stale = stale_signatures(session, letter, now=now)
    if stale:
        found.append(Finding("not_fresh", facts={"number": len(stale), "days": letter.freshness_days}))
    return found


def _look_alikes(named: list[Signer]) -> list[Finding]:
    """Each name that is nearly the same as one before it, once: a list of numbered branches is not a list of pairs."""
    if len(named) > MOST_COMPARED:
        named = named[:MOST_COMPARED]
    folded = [(anyascii(signer.name).casefold(), signer) for signer in named]
    found = []
    for place, (second, two) in enumerate(folded):
        one = next((one for first, one in folded[:place] if _is_alike(first, second)), None)
        if one is not None:
            facts = {"name": two.name, "other": one.name, "signature": two.signature.id.hex}
            found.append(Finding("look_alike_names", subject=two.signature.id.hex, facts=facts))
    return found


def _is_alike(first: str, second: str) -> bool:
    return abs(len(first) - len(second)) <= 4 and fuzz.ratio(first, second, score_cutoff=LOOK_ALIKE) > 0
