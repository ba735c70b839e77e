"""Forms of the desk: what was typed, checked, with words for what has to change. Everything typed survives an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import StopValidation

from coalition.intake.addresses import read_addresses
from coalition.intake.names import NAME_LIMIT, NameMissing, NameTooLong, UnprintableName, check_name, named, unprintable
from coalition.intake.problems import Problem, sentence
from coalition.languages import INTERFACE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from wtforms import Field

ADDRESS_LIMIT = 320
SITE_LIMIT = 300
_SITE = re.compile(r"https?://(?:[\w-]+\.)+[\w-]{2,}(?::\d+)?(?:[/?#][^\s\x00-\x1f\x7f]*)?", re.IGNORECASE)
_NOT_IN_PAGES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class DeskForm(FlaskForm):  # type: ignore[misc]  # flask_wtf is untyped
    """A form of the desk. Its templates show `values` and `problems`, by the names of the fields."""

    @property
    def values(self) -> dict[str, Any]:
        """What stands in the fields: as typed, else as it came."""
        return {field.name: field.data for field in self if field.name != "csrf_token"}

    @property
    def problems(self) -> dict[str, str]:
        """One sentence for each field that needs a change, in the order of the fields; "" for the whole form."""
        found = {field.name: str(field.errors[0]) for field in self if field.errors}
        return found | ({"": str(self.form_errors[0])} if self.form_errors else {})

    def say(self, field: str, words: str) -> None:
        """Add what only the act itself could find out."""
        self[field].errors = [*self[field].errors, words]


class Words(StringField):
    """Words without the spaces around them. What no page can show stands as �, so that it can be shown and refused."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = shown(str(valuelist[0])).strip() if valuelist else ""

    @property
    def text(self) -> str:
        """What stands in the field, "" for nothing."""
        return self.data or ""


FormClass = TypeVar("FormClass", bound="type[DeskForm]")


def in_each_language(prefix: str, check: Callable[[Any, Field], None]) -> Callable[[FormClass], FormClass]:
    """Gives a form a field of words for each language that our pages speak: `name_en`, `name_fr` and so on."""

    def filled(form: FormClass) -> FormClass:
        for tag in INTERFACE:
            setattr(form, f"{prefix}_{tag}", Words(validators=[check]))
        return form

    return filled


class Password(PasswordField):
    """A password: taken as typed, never shown again."""

    @property
    def text(self) -> str:
        """What was typed, "" for nothing."""
        return self.data or ""


def shown(text: str) -> str:
    """The text with � for every character that may not stand in a page."""
    return _NOT_IN_PAGES.sub("\ufffd", text)


class Filled:
    """Something has to stand in the field; `words` say what."""

    def __init__(self, words: Any) -> None:
        self.words = words

    def __call__(self, form: Any, field: Field) -> None:
        """Raises StopValidation where nothing stands there."""
        if not field.data or not str(field.data).strip():
            raise StopValidation(str(self.words))


class Plain:
    """At most `limit` characters, all of which can be seen."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, form: Any, field: Field) -> None:
        """Raises ValidationError in words."""
        typed = str(field.data or "")
        if "\ufffd" in typed:
            raise ValidationError(_("This holds characters that could not be read (�). Type it again by hand."))
        if found := unprintable(typed):
            raise ValidationError(
                _("This holds characters that cannot be seen (%(which)s). Type it again by hand.", which=named(found))
            )
        if len(typed) > self.limit:
            raise ValidationError(_("Write at most %(limit)s characters here.", limit=self.limit))


class OneOf:
    """One of the values on offer: a browser sends nothing else."""

    def __init__(self, values: Collection[str]) -> None:
        self.values = values

    def __call__(self, form: Any, field: Field) -> None:
        """Raises ValidationError in words."""
        if field.data not in self.values:
            raise ValidationError(_("Choose one from the list."))


class Name:
    """The name of an organisation, as lists can print it. Nothing at all is for `Filled` to refuse."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raises ValidationError in words."""
        try:
            check_name(str(field.data or ""))
            Plain(NAME_LIMIT)(form, field)
        except NameMissing:
            return
        except NameTooLong:
            raise ValidationError(_("The name has more than 300 characters. Shorten it.")) from None
        except UnprintableName as refused:
            raise ValidationError(
                _("The name holds characters that cannot be seen (%(which)s). Type it again by hand.", which=refused)
            ) from None


class WebAddress:
    """The address of a website, in http or https; a bare name like "example.org" gets its https://."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raises ValidationError in words."""
        if typed := str(field.data or ""):
            field.data = whole_site(typed)


def whole_site(typed: str) -> str:
    """The whole address of the site that was typed. Raises ValidationError in words."""
    whole = typed if "://" in typed else f"https://{typed}"
    if len(whole) > SITE_LIMIT or not _SITE.fullmatch(whole):
        raise ValidationError(_("Write the address of the website, like https://example.org"))
    return whole


class MailAddress:
    """One mail address; what people and programs put around it is taken off. `form.likely` gets what may be meant."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raises ValidationError in words."""
        typed = str(field.data or "")
        if typed.strip():
            field.data, form.likely_address = one_address(typed)


def one_address(typed: str) -> tuple[str, str]:
    """The address that was typed, and what it is likely meant to be, if anything. Raises ValidationError in words."""
    found = read_addresses(typed)
    if len(found) != 1:
        raise ValidationError(_("Write one email address here."))
    (read,) = found
    if not read.address or len(read.address) > ADDRESS_LIMIT:
        code = read.findings[0] if read.findings else "address_not_usable"
        words = sentence(Problem(code, value=typed, suggestion=read.suggestion))
        raise ValidationError(words[:1].upper() + words[1:])
    return read.address, read.suggestion


def likely_words(form: DeskForm) -> str:
    """What to say about an address that was taken as typed and looks like a typing error; else nothing."""
    likely = getattr(form, "likely_address", "")
    return str(_("The address looks mistyped. Is it %(address)s?", address=likely)) if likely else ""
