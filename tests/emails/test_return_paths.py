"""Mail comes home by addresses that we alone can write: in any letter case, and to no other row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from coalition import config, tokens
from coalition.config import Settings, SettingsWrong
from coalition.database import db
from coalition.emails import letters, return_paths
from coalition.keys import KeyRing
from coalition.models.contact import Contact
from coalition.models.outgoing_email import OutgoingEmail
from tests import builders
from tests.shipped import own_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast, Member

pytestmark = pytest.mark.only_on("sqlite")

ROW = UUID("6f1d7d0e-6c0c-4b6b-9d3c-0d5c8a1f2b3e")
INTAKE = "post@letters.test"


@pytest.fixture
def with_keys(settings: Settings) -> Iterator[None]:
    """The process has settings and keys; what it had before is put back."""
    before, tokens_before = config._keeper.settings, tokens._keeper.tokens
    config.install(settings)
    tokens.install(KeyRing.generate())
    yield
    config._keeper.settings, tokens._keeper.tokens = before, tokens_before


@pytest.fixture
def with_intake(with_keys: None) -> None:  # noqa: ARG001 -- after the usual settings
    """It has an intake too."""
    with_settings(mail_intake=INTAKE)


def with_settings(**changed: Any) -> None:
    """Change settings of this process; the fixture puts them back."""
    config.install(replace(config.settings(), **changed))


@pytest.mark.usefixtures("with_intake")
def test_a_bounce_address_leads_back_to_its_row() -> None:
    address = return_paths.bounce_address(ROW)
    assert address.startswith("post+b")
    assert address.endswith("@letters.test")
    assert return_paths.row_of(address) == ROW


@pytest.mark.usefixtures("with_intake")
def test_a_reply_address_leads_back_to_its_invitation_and_to_no_row() -> None:
    address = return_paths.reply_address(ROW)
    assert address is not None
    assert return_paths.invitation_of(address) == ROW
    assert return_paths.row_of(address) is None
    assert return_paths.invitation_of(return_paths.bounce_address(ROW)) is None


@pytest.mark.usefixtures("with_intake")
def test_letter_case_and_brackets_do_not_count() -> None:
    address = return_paths.bounce_address(ROW)
    for form in (address.upper(), address.swapcase(), f" <{address}> ", address.title()):
        assert return_paths.row_of(form) == ROW


@pytest.mark.usefixtures("with_intake")
def test_an_address_with_any_letter_changed_is_not_ours() -> None:
    address = return_paths.bounce_address(ROW)
    local_part, _, host = address.partition("@")
    for place in range(len("post+b"), len(local_part) - 1):
        other = "a" if local_part[place] != "a" else "b"
        assert return_paths.row_of(f"{local_part[:place]}{other}{local_part[place + 1 :]}@{host}") is None


@pytest.mark.usefixtures("with_intake")
@pytest.mark.parametrize(
    "address",
    ["", "@", "post@letters.test", "post+@letters.test", "post+b@letters.test", "post+b!!!!@letters.test",
     "post+bé@letters.test", "post+b" + "a" * 42 + "@letters.test", "post+b" + "a" * 5000 + "@letters.test", "+" * 300],
)  # fmt: skip
def test_what_was_not_written_here_leads_nowhere(address: str) -> None:
    assert return_paths.row_of(address) is None
    assert return_paths.invitation_of(address) is None


@pytest.mark.usefixtures("with_intake")
def test_another_box_or_host_is_not_ours() -> None:
    address = return_paths.bounce_address(ROW)
    assert return_paths.row_of(address.replace("letters.test", "evil.test")) is None
    assert return_paths.row_of(address.replace("post+", "root+")) is None


@pytest.mark.usefixtures("with_intake")
def test_the_longest_box_leaves_room_for_the_tail() -> None:
    with_settings(mail_intake=f"{'a' * 20}@letters.test")
    address = return_paths.bounce_address(uuid4())
    assert len(address.rpartition("@")[0]) == return_paths.LONGEST_LOCAL_PART
    assert return_paths.row_of(address) is not None


@pytest.mark.parametrize(
    "box", ["letters.test", "a b@letters.test", f"{'a' * 21}@letters.test", "post+x@letters.test", "post@a@b"]
)
def test_an_intake_that_can_not_bear_the_tail_is_refused(settings: Settings, box: str) -> None:
    with pytest.raises(SettingsWrong, match="safe_mail_intake"):
        replace(settings, safe_mail_intake=box)


@pytest.mark.usefixtures("with_keys")
def test_without_an_intake_mail_has_its_plain_sender_and_no_reply_address() -> None:
    assert return_paths.bounce_address(ROW) == "letters@letters.test"
    assert return_paths.reply_address(ROW) is None


@pytest.mark.usefixtures("with_intake")
def test_a_neutral_sender_has_a_neutral_box_or_none() -> None:
    assert "@letters.test" in return_paths.bounce_address(ROW, is_neutral=True)
    with_settings(safe_mail_from="notes@notes.test")
    assert return_paths.bounce_address(ROW, is_neutral=True) == "notes@notes.test"
    assert return_paths.reply_address(ROW, is_neutral=True) is None
    with_settings(safe_mail_intake="box@notes.test")
    address = return_paths.bounce_address(ROW, is_neutral=True)
    assert address.startswith("box+b")
    assert address.endswith("@notes.test")
    assert return_paths.row_of(address) == ROW
    assert "@letters.test" in return_paths.bounce_address(ROW)


def mail_to(member: Member) -> tuple[OutgoingEmail, letters.Mail]:
    """The invitation that the member gets, and its row."""
    row = db.session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.recipient == f"contact:{member.contact_id.hex}")
    ).one()
    return row, letters.make(db.session(), row)


def test_an_invitation_comes_home_to_its_row_and_its_answer_to_its_invitation(cast: Cast) -> None:
    with_settings(mail_intake=INTAKE)
    builders.an_open_letter(cast, cast.small_member)
    row, mail = mail_to(cast.small_member)
    said = mail.content.decode()
    assert return_paths.row_of(mail.sender) == row.id
    reply_to = next(line for line in said.replace("\r\n ", " ").split("\r\n") if line.startswith("Reply-To: "))
    assert '"' in reply_to
    assert return_paths.invitation_of(reply_to.rpartition("<")[2].rstrip(">")) == row.about_invitation
    assert mail.sender not in said


def test_safe_mail_comes_home_without_naming_the_network(cast: Cast, settings: Settings, database_url: str) -> None:
    db.session.get_one(Contact, cast.small_member.contact_id).safe_mail = True
    db.session.commit()
    builders.an_open_letter(cast, cast.small_member)
    changed = replace(
        settings,
        database=database_url,
        mail_intake="post@letters.test",
        safe_address="http://notes.test",
        safe_mail_from="notes@notes.test",
        safe_mail_intake="box@notes.test",
    )
    with own_app(changed):
        row, mail = mail_to(cast.small_member)
        assert return_paths.row_of(mail.sender) == row.id
        said = mail.content.decode() + mail.sender
        assert "Reply-To: box+r" in said
        assert [word for word in ("letters.test", "freevoices", "Free Voices", "Nadia") if word in said] == []
