"""The ledger as a PDF that can be read out: tagged, for archives, in the reader's language (PDF/A-3a and PDF/UA-1)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typst
from flask_babel import force_locale, gettext, ngettext

from coalition.languages import (
    babel_locale,
    country_name,
    date_words,
    direction,
    embargo_moment,
    interface_language,
    isolate,
    moment_words,
    name,
    number,
    script_direction,
)
from coalition.rendering.faces import faces, families
from coalition.rendering.pdf import UNSHOWN, Missing, MissingGlyphs, as_json
from coalition.rendering.way_words import way_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coalition.rendering.ledger import (
        Ledger,
        LedgerAct,
        LedgerObjection,
        LedgerRecorded,
        LedgerSignature,
        LedgerVersion,
    )

TEMPLATE: Final = Path(__file__).parent / "ledger.typ"


def to_pdf(ledger: Ledger, language: str, *, fonts: Sequence[Path] = ()) -> bytes:
    """The ledger in one of the interface's languages, moments in the letter's zone.

    `fonts` are font files beside our own (`coalition.rendering.faces.cjk_fonts`). Raises MissingGlyphs where a name has
    a character that no face shows; the JSON has it all the same.
    """
    spoken = interface_language(language)
    with force_locale(spoken):
        data = _data(ledger, spoken) | {"families": families(spoken, fonts)}
    try:
        content, _warnings = typst.compile_with_warnings(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=faces(tuple(fonts)),
            ignore_system_fonts=True,
            sys_inputs={"ledger": as_json(data)},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=int(ledger.made_at.timestamp()),
        )
    except typst.TypstError as error:
        raise MissingGlyphs([Missing(one, ()) for one in UNSHOWN.findall(error.message)]) from error
    return bytes(content)


def _data(ledger: Ledger, language: str) -> dict[str, Any]:
    locale = babel_locale(language)
    made = moment_words(ledger.made_at, ledger.zone, language)
    return {
        "language": locale.language,
        "region": locale.territory,
        "direction": direction(language),
        "coalition": ledger.coalition,
        "kicker": gettext("Ledger of consents, %(coalition)s", coalition=isolate(ledger.coalition)),
        "title": ledger.title,
        "intro": gettext(
            "Every act by which an organisation or a person agreed to this letter, changed how they stand there, or "
            "withdrew, with the text they saw. A text is named by its version, its language and its fingerprint "
            "(SHA-256)."
        ),
        "embargo": _embargo(ledger, language),
        "left_out": _left_out(ledger.left_out, language),
        "made": gettext("Made on %(moment)s", moment=made),
        "page_words": gettext("Page %(page)s of %(pages)s", page="{page}", pages="{pages}"),
        "versions_heading": gettext("Versions of the text"),
        "versions": [_version(one, ledger, language) for one in ledger.versions],
        "signatures_heading": gettext("Signatures"),
        "signatures": [_signature(one, ledger, language) for one in ledger.signatures],
    }


def _embargo(ledger: Ledger, language: str) -> str:
    if not ledger.embargo_until:
        return ""
    moment = embargo_moment(datetime.fromisoformat(ledger.embargo_until), ledger.zone, language)
    return str(gettext("Under embargo until %(moment)s. Do not pass the text on before.", moment=moment))


def _left_out(count: int, language: str) -> str:
    if not count:
        return ""
    return str(
        ngettext(
            "%(number)s signature whose name is withheld is not in this ledger.",
            "%(number)s signatures whose names are withheld are not in this ledger.",
            count,
            number=number(count, language),
        )
    )


def _version(version: LedgerVersion, ledger: Ledger, language: str) -> dict[str, Any]:
    lines = []
    if version.put_forward_at:
        moment = moment_words(datetime.fromisoformat(version.put_forward_at), ledger.zone, language)
        lines.append(gettext("Put forward on %(moment)s.", moment=moment))
    if version.change_class:
        lines.append(_class_words(version.change_class))
    lines.extend(isolate(words) for words in version.explanations.values() if words)
    return {
        "heading": gettext("Version %(number)s", number=number(version.number, language)),
        "lines": lines,
        "texts": [{"name": name(text.language, language), "fingerprint": text.fingerprint} for text in version.texts],
    }


def _class_words(change_class: str) -> str:
    if change_class == "typographical":
        return str(gettext("A typographical change: signatures stood, and each organisation could object."))
    return str(gettext("A change of substance: each organisation was asked again, and silence carried nothing over."))


def _signature(signature: LedgerSignature, ledger: Ledger, language: str) -> dict[str, Any]:
    return {
        "name": {
            "name": signature.organisation,
            "direction": script_direction(signature.organisation) or direction(language),
        },
        "lines": list(_standing(signature, ledger, language)),
        "acts": [
            {"lines": _act(act, signature.kind, ledger, language), "fingerprint": act.fingerprint}
            for act in signature.acts
        ],
    }


def _standing(signature: LedgerSignature, ledger: Ledger, language: str) -> list[str]:
    lines = [country_name(signature.country, language)] if signature.country else []
    if signature.kind == "individual":
        lines.append(gettext("Signed as a person, for themselves."))
        lines.extend([isolate(signature.affiliation)] if signature.affiliation else [])
    printed = signature.printed_names.get("und", "")
    if signature.ended_on:
        lines.append(gettext("Withdrawn on %(day)s.", day=date_words(signature.ended_on, language)))
    elif signature.is_suspended:
        lines.append(gettext("Suspended: an objection is open."))
    elif signature.visibility == "named":
        lines.append(gettext("Stands, printed as %(name)s.", name=isolate(printed)))
    elif signature.visibility == "uncounted":
        lines.append(gettext("Stands, with the name withheld, and in no number."))
    else:
        lines.append(gettext("Stands, with the name withheld."))
    return lines + [_objection(one, ledger, language) for one in signature.objections]


def _objection(objection: LedgerObjection, ledger: Ledger, language: str) -> str:
    against = {
        "typographical": gettext("Objected to the correction"),
        "page_proof": gettext("Objected to the page proof"),
        "not_us": gettext("Said that the signature is not its own"),
        "recorded": gettext("Objected to what was recorded"),
        "disputed": gettext("Suspended by the coordinators"),
    }[objection.against]
    said = [_dated(against, objection.at, ledger, language)]
    if objection.words:
        said.append(isolate(f"“{objection.words}”"))
    if objection.resolved_on:
        said.append(gettext("Settled on %(day)s.", day=date_words(objection.resolved_on, language)))
    return " ".join(said)


def _act(act: LedgerAct, kind: str, ledger: Ledger, language: str) -> list[str]:
    did = {
        "sign": gettext("Signed"),
        "keep": gettext("Kept the signature") if kind == "individual" else gettext("Kept its signature"),
        "visibility": gettext("Changed who sees the name"),
        "printed_name": gettext("Corrected the printed name"),
        "withdraw": gettext("Withdrew"),
    }[act.act]
    how = {
        "mailed_link": gettext("through the link in a mail"),
        "handed_over_link": gettext("through a link that was handed over"),
        "own_account": gettext("through its own account"),
        "own_page": gettext("through the page of the organisation itself"),
        "approved": gettext("approved by a colleague through the link in a mail"),
        "recorded": gettext("recorded by a coordinator, with evidence"),
        "standing_consent": gettext("by a standing consent"),
        "confirmed_address": gettext("through the link that confirmed the address"),
    }[act.how]
    who = ", ".join(filter(None, (isolate(act.person), isolate(act.role) if act.role else "")))
    text = gettext(
        "Version %(version)s in %(language)s",
        version=number(act.version, language),
        language=name(act.language, language),
    )
    lines = [_dated(did, act.at, ledger, language), f"{text}. {who}, {how}."]
    if act.recorded is not None:
        lines.append(_recorded(act.recorded, language))
    if act.in_grace:
        lines.append(gettext("Within the grace after the deadline, from a form that was opened before it."))
    if act.act in {"sign", "keep"}:
        lines.append(isolate(f"“{act.wording}”"))
    return lines


def _recorded(recorded: LedgerRecorded, language: str) -> str:
    day, way = date_words(recorded.said_on, language), way_words(recorded.way)
    who = isolate(recorded.by)
    return str(gettext("Said on %(day)s (%(way)s), recorded by %(who)s.", day=day, way=way, who=who))


def _dated(did: str, at: str, ledger: Ledger, language: str) -> str:
    moment = moment_words(datetime.fromisoformat(at), ledger.zone, language)
    return str(gettext("%(act)s on %(moment)s.", act=did, moment=moment))
