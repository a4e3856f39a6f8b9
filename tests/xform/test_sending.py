"""What a form says about its submissions, and the body that an OpenRosa server takes."""

from __future__ import annotations

import email.policy
from email import message_from_bytes

import pytest

from enumerator.xform import Submission, load_form
from enumerator.xform.submission import multipart, parts_of, requests_of
from tests.xform.scenario import ask, xform


def form_with(submission: str) -> bytes:
    return xform("<a/>", [], [ask("a")], submission)


def test_form_without_submission_leaves_everything_to_the_program() -> None:
    assert load_form(form_with("")).submission == Submission()
    assert Submission().auto_send is None


def test_submission_settings_are_the_form_s() -> None:
    form = load_form(
        form_with(
            '<submission action="https://example.org/x" method="form-data-post" '
            'base64RsaPublicKey=" MIIB&#10;IjAN " orx:auto-send="true" orx:auto-delete="false"/>'
        )
    )
    assert form.submission == Submission("https://example.org/x", "post", "MIIBIjAN", True, False)


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ('method="nope"', "the method 'nope' is not known"),
        ('orx:auto-send="perhaps"', "auto-send is true or false, not 'perhaps'"),
        ('base64RsaPublicKey="rubbish!"', "base64RsaPublicKey is no key"),
    ],
)
def test_setting_that_cannot_be_used_warns_with_its_place(attribute: str, words: str) -> None:
    (problem,) = load_form(form_with(f"\n<submission {attribute}/>")).warnings
    assert words in problem.text
    assert (problem.path, problem.line) == ("/html/head/model/submission", 2)


def test_key_that_is_none_stays_so_that_nothing_goes_out_in_the_clear() -> None:
    assert load_form(form_with('<submission base64RsaPublicKey="x!"/>')).submission.public_key


def test_multipart_body_has_the_xml_first_then_every_file() -> None:
    photo = bytes(range(256))
    kind, body = multipart(
        parts_of(b"<data/>", {"photo.jpg": photo, 'a "b".bin': b"\r\n--x", "audit.csv": b"event"})
    )
    message = message_from_bytes(
        f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP
    )
    found = [
        (
            part.get_param("name", header="content-disposition"),
            part.get_filename(),
            part.get_content_type(),
            part.get_payload(decode=True),
        )
        for part in message.iter_parts()
    ]
    assert found == [
        ("xml_submission_file", "submission.xml", "text/xml", b"<data/>"),
        ("photo.jpg", "photo.jpg", "image/jpeg", photo),
        ("a %22b%22.bin", "a %22b%22.bin", "application/octet-stream", b"\r\n--x"),
        ("audit.csv", "audit.csv", "text/csv", b"event"),
    ]


def test_large_submission_goes_in_several_requests() -> None:
    parts = parts_of(b"<data/>", {f"{n}.jpg": b"x" * 4000 for n in range(5)})
    requests = list(requests_of(parts, 10_000))
    names = [[part.name for part in request] for request in requests]
    assert names == [
        ["xml_submission_file", "0.jpg", "1.jpg", "*isIncomplete*"],
        ["xml_submission_file", "2.jpg", "3.jpg", "*isIncomplete*"],
        ["xml_submission_file", "4.jpg"],
    ]
    assert all(len(multipart(request)[1]) <= 10_000 for request in requests)
    assert [len(each) for each in requests_of(parts, 100_000)] == [6]
    assert [len(each) for each in requests_of(parts[:1], 1)] == [1]
