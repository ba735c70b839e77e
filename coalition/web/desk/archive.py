"""A letter as its team knows it: taken out as a sealed file, and taken over from one (docs/letter-archive.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coalition import clock
from coalition.actions import unarchive
from coalition.actions.archive import archive_letter
from coalition.actions.circulate import NotCoordinator
from coalition.database import db
from coalition.intake import archive_key, letter_archive, letter_file, sealed_file
from coalition.intake.archive_key import NotAKey
from coalition.intake.letter_file import LetterFileError
from coalition.intake.photos import PhotoRefused
from coalition.intake.sealed_file import NeedsKey, SealedFileError, TooLarge, WeakPassphrase, WrongPassphrase
from coalition.intake.sealed_file_words import sentence
from coalition.models.public import PublicLetter
from coalition.web.audience import Audience, account, audience
from coalition.web.desk.door import desk
from coalition.web.desk.frame import lead_to, show, the_letter
from coalition.web.desk.typed import Typed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    from coalition.intake.letter_archive_facts import LetterArchive

WAYS = ("passphrase", "key")


# -- out ------------------------------------------------------------------------------------------------------------


@desk.get("/letters/<uuid:letter_id>/archive")
@audience(Audience.TEAM)
def choose_archive(letter_id: UUID) -> ResponseReturnValue:
    """What an archive is, and how it is to be sealed."""
    return _choice(Typed.stored({"sealed": "passphrase"}))


@desk.post("/letters/<uuid:letter_id>/archive")
@audience(Audience.TEAM)
def download_archive(letter_id: UUID) -> ResponseReturnValue:
    """The sealed file; the letter's record notes first who took it."""
    typed = Typed(request.form)
    secret = _secret(typed)
    if secret is None:
        return _choice(typed, status=422)
    try:
        content = archive_letter(letter_id, secret, by=account())
    except WeakPassphrase as refused:
        typed.wrong("passphrase", sentence(refused))
        return _choice(typed, status=422)
    except TooLarge as refused:
        typed.wrong("", sentence(refused))
        return _choice(typed, status=422)
    except NotCoordinator:
        abort(403)
    headers = {"Content-Disposition": f'attachment; filename="{_file_name()}"'}
    return Response(content, content_type="application/json", headers=headers)


def _secret(typed: Typed) -> str | X25519PublicKey | None:
    """The passphrase, typed twice alike, or the public key; nothing, with what to do about it."""
    way = typed.choice("sealed", WAYS, _("Choose how the archive is sealed."))
    if way == "key":
        try:
            return archive_key.read_public(typed.line("key", limit=200))
        except NotAKey as refused:
            typed.wrong("key", sentence(refused))
            return None
    passphrase = request.form.get("passphrase", "")
    if not passphrase:
        typed.wrong("passphrase", _("Type a passphrase."))
    elif passphrase != request.form.get("passphrase_again"):
        typed.wrong("passphrase_again", _("This is not the same passphrase. Type it twice alike."))
    return passphrase if typed.is_good else None


def _file_name() -> str:
    """It says which letter it is only once everybody may know that there is one."""
    is_public = db.session.get(PublicLetter, the_letter().id) is not None
    name = f"{the_letter().slug}-archive" if is_public else "letter-archive"
    return f"{name}-{clock.now():%Y-%m-%d}.json"


def _choice(typed: Typed, *, status: int = 200) -> ResponseReturnValue:
    return show("desk/archive.html", status=status, typed=typed, errors=typed.errors, **_least())


def _least() -> dict[str, int]:
    return {"least": sealed_file.PASSPHRASE_LEAST}


# -- in -------------------------------------------------------------------------------------------------------------


@desk.get("/letters/open-archive")
@audience(Audience.ACCOUNT)
def choose_archive_to_open() -> ResponseReturnValue:
    """Which file it is, and its passphrase."""
    return _page({})


@desk.post("/letters/open-archive")
@audience(Audience.ACCOUNT)
def open_archive() -> ResponseReturnValue:
    """Take over the letter in an archive that has a passphrase, and go to it."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page({"file": _("Choose a letter archive.")}), 422
    try:
        archive = letter_archive.read(sealed_file.opened(sent.read(), request.form.get("passphrase", "")))
        letter_id = unarchive.take_over_archive(archive, by=account())
    except (SealedFileError, LetterFileError, PhotoRefused) as refused:
        return _page(*_words(refused)), 422
    flash(_taken_over(archive))
    return lead_to(letter_id)


def _words(refused: Exception) -> tuple[dict[str, str], list[str]]:
    """What to tell beside which field, and what else is wrong in the archive."""
    if isinstance(refused, LetterFileError):
        first, *more = [letter_file.sentence(problem) for problem in refused.problems]
        return {"file": first}, more
    if isinstance(refused, WrongPassphrase):
        return {"passphrase": f"{sentence(refused)} {_('Choose the file again too.')}"}, []
    if isinstance(refused, NeedsKey):
        words = _("This archive opens with a private key. Open it at a terminal: a private key is shown to no website.")
    elif isinstance(refused, PhotoRefused):
        words = _("The photo in the archive is no whole picture in JPEG, PNG or WebP.")
    else:
        words = sentence(refused)
    return {"file": str(words)}, []


def _taken_over(archive: LetterArchive) -> str:
    if unarchive.is_record(archive):
        words = _(
            "The letter is taken over as a record, with its versions and comments. Its ledger is kept as it came: "
            "nobody has signed here."
        )
    else:
        words = _("The letter is taken over as a draft.")
    return str(words)


def _page(errors: dict[str, str], more: list[str] | None = None) -> str:
    return render_template("desk/open_archive.html", section="letters", errors=errors, more=more or [])
