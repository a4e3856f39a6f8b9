"""The public face: what is exported, and that the engine fits its own contract."""

from __future__ import annotations

import enumerator.xform
from enumerator.xform import (
    Form,
    FormError,
    FormSession,
    Media,
    MemoryMedia,
    Problem,
    Ref,
    load_form,
)
from tests.xform.scenario import ask, bind, xform

FORM = xform("<a/>", [bind("a", type="int")], [ask("a")])


def test_exported_names_are_all_there() -> None:
    assert len(set(enumerator.xform.__all__)) == len(enumerator.xform.__all__)
    for name in enumerator.xform.__all__:
        assert getattr(enumerator.xform, name) is not None


def test_engine_fits_the_contract() -> None:
    media: Media = MemoryMedia()
    form: Form = load_form(FORM, media)
    session: FormSession = form.start()
    assert (form.id, form.version, form.title) == ("test", "1", "Test")
    assert form.languages == ()
    assert session.form is form
    assert session.root == Ref("/data")
    assert session.language == form.default_language == ""
    assert session.warnings == form.warnings == ()


def test_form_error_tells_the_first_error_by_line() -> None:
    error = FormError(
        [
            Problem("warning", "first", "/a", 1),
            Problem("error", "third", "/c", 9),
            Problem("error", "second", "/b", 5),
        ]
    )
    assert "second at /b, line 5" in str(error)
    assert [problem.text for problem in error.problems] == ["first", "second", "third"]


def test_form_serves_many_sessions_at_once() -> None:
    form = load_form(FORM)
    one, other = form.start(), form.start()
    one.answer("/data/a", "1")
    assert (one.value("/data/a"), other.value("/data/a")) == ("1", "")
