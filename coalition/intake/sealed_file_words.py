"""What to tell somebody whose archive does not open, whose passphrase is weak, or whose key is none."""

from __future__ import annotations

from flask_babel import lazy_gettext

from coalition.intake import archive_key, sealed_file

_SENTENCES = {
    sealed_file.NotAnArchive: lazy_gettext(
        "This is no letter archive, or one of a newer version of Coalition. Choose another file."
    ),
    sealed_file.TooLarge: lazy_gettext("The file is too large: at most %(most)s."),
    sealed_file.TooMuchWork: lazy_gettext(
        "Opening this file would take far more memory or time than an archive ever does. It was not opened."
    ),
    sealed_file.Damaged: lazy_gettext(
        "The archive is damaged: part of it is missing or was changed. Take another copy of it."
    ),
    sealed_file.WrongPassphrase: lazy_gettext("This passphrase does not open the archive. Type it again."),
    sealed_file.WrongKey: lazy_gettext("The archive was sealed for another key: %(key)s"),
    sealed_file.NeedsPassphrase: lazy_gettext("This archive opens with a passphrase, not with a key."),
    sealed_file.NeedsKey: lazy_gettext("This archive opens with a private key, not with a passphrase."),
    sealed_file.WeakPassphrase: lazy_gettext(
        "The passphrase is easily guessed: it needs at least %(least)s characters, blanks not counted, and "
        "%(variety)s different ones. Take five words or more that nobody would put together."
    ),
    archive_key.PrivateKeyGiven: lazy_gettext(
        "This is a private key. Show it to nobody, and enter the public one, which starts with %(public)s"
    ),
    archive_key.NotAKey: lazy_gettext("This is no public key: it is one line that starts with %(public)s"),
}


def sentence(refused: Exception) -> str:
    """The sentence for a SealedFileError, a WeakPassphrase or a NotAKey, in the language of the request."""
    facts = {
        "least": sealed_file.PASSPHRASE_LEAST,
        "variety": sealed_file.PASSPHRASE_VARIETY,
        "most": "100 MB",
        "public": archive_key.ARCHIVE.public,
        "key": archive_key.public_line(refused.recipient) if isinstance(refused, sealed_file.WrongKey) else "",
    }
    return str(_SENTENCES[type(refused)]) % facts
