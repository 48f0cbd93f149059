"""An editor's note goes with the mails that take everything, and with no other."""

from __future__ import annotations

from aggregator.jobs import mailing
from tests.deliver.conftest import Making, a_day_passes, mail, smtp
from tests.deliver.postoffice import PostOffice
from tests.fakes import Clock

ANN, BOB = "ann@readers.example", "bob@readers.example"


def test_a_note_is_in_the_mails_of_the_whole_day(make: Making, office: PostOffice, clock: Clock) -> None:
    some = mail(BOB, id="some", more='filter = "q=title"')
    service = make(smtp(office.port) + mail(ANN) + some)
    a_day_passes(service, clock)
    folder = service.environment.feeds.parent / "notes"
    folder.mkdir()
    (folder / "2025-03-16.md").write_text("It was *not* so.\n— Ada Example\n", encoding="utf-8")
    service.reload()
    mailing.send(service)
    for recipient, message in office.taken:
        for form, said in (("plain", "It was *not* so."), ("html", "<em>not</em>")):
            body = message.get_body((form,))
            assert body
            assert (said in body.get_content(), "Ada" in body.get_content()) == ((recipient == ANN),) * 2
    assert sorted(office.recipients) == [ANN, BOB]
