"""What the window sees: elements, their family and their words."""

from __future__ import annotations

from enumerator.xform import Kind
from tests.xform.scenario import Scenario, ask, bind, control, group, repeat, select, xform

FORM = xform(
    "<intro/><g><a/></g><loose/><p jr:template=''><q/></p><photo/><scale/>",
    [
        bind("intro", readonly="true()"),
        bind("photo", type="binary", **{"orx:max-pixels": "1600"}),
        bind("scale", type="int"),
    ],
    [
        ask("intro", "Good <output value='/data/g/a'/>!"),
        group("g", "<label>Group</label>", ask("g/a", appearance="minimal w1")),
        f'<group appearance="field-list"><label>Page</label>{ask("loose")}</group>',
        repeat("p", select("p/q", "yes", "no")),
        control("upload", "photo", "<label>Photo</label>", mediatype="image/*"),
        control("range", "scale", "<label>How far</label>", start="1", end="5", step="1"),
    ],
)


def test_children_come_in_body_order() -> None:
    scenario = Scenario(FORM)
    assert scenario.children() == [
        "/data/intro",
        "/data/g",
        "/data/~3",
        "/data/p",
        "/data/photo",
        "/data/scale",
    ]


def test_every_child_names_its_parent() -> None:
    scenario = Scenario(FORM)
    scenario.add("p")
    seen = 0
    waiting = [scenario.session.root]
    while waiting:
        ref = waiting.pop()
        assert scenario.session.element(ref).ref == ref
        for child in scenario.session.children(ref):
            assert scenario.session.parent(child) == ref
            waiting.append(child)
            seen += 1
    assert seen == 10
    assert scenario.session.parent(scenario.session.root) is None


def test_group_without_reference_has_a_name_of_its_own() -> None:
    scenario = Scenario(FORM)
    page = scenario.element("/data/~3")
    assert (page.kind, page.label, page.appearance) == (Kind.GROUP, "Page", ("field-list",))
    assert scenario.children("/data/~3") == ["/data/loose"]


def test_note_is_a_text_that_nobody_can_answer() -> None:
    scenario = Scenario(FORM)
    assert scenario.element("intro").control == "note"
    scenario.answer("g/a", "Ani")
    assert scenario.element("intro").label == "Good Ani!"


def test_element_carries_what_a_widget_needs() -> None:
    scenario = Scenario(FORM)
    assert scenario.element("g/a").appearance == ("minimal", "w1")
    photo = scenario.element("photo")
    assert (photo.control, photo.type, photo.mediatype) == ("upload", "binary", "image/*")
    assert photo.parameters["max-pixels"] == "1600"
    scale = scenario.element("scale")
    assert scale.control == "range"
    assert dict(scale.parameters) == {"start": "1", "end": "5", "step": "1"}


def test_questions_are_the_relevant_ones_in_body_order() -> None:
    scenario = Scenario(
        xform(
            "<on/><g><a/></g><b/>",
            [bind("g", relevant="/data/on = 1")],
            [ask("on"), group("g", ask("g/a")), ask("b")],
        )
    )
    assert list(scenario.session.questions()) == ["/data/on", "/data/b"]
    scenario.answers(on="1")
    assert list(scenario.session.questions()) == ["/data/on", "/data/g/a", "/data/b"]


def test_group_elsewhere_in_the_body_still_shows_its_questions() -> None:
    """The body need not follow the instance."""
    scenario = Scenario(
        xform("<g><a/></g><b/>", [], [group("g", ask("b"), ask("g/a"))]),
    )
    assert scenario.children("g") == ["/data/b", "/data/g/a"]


def test_page_of_a_hundred_questions_is_described_within_a_frame() -> None:
    import time

    names = [f"q{n}" for n in range(100)]
    scenario = Scenario(
        xform(
            "<who>Ani</who>" + "".join(f"<{n}/>" for n in names),
            [bind(n, type="int", constraint=". < 10", relevant="/data/who != ''") for n in names],
            [ask(n, f"{n} of <output value='/data/who'/>") for n in names],
        )
    )
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        for name in names:
            scenario.element(name)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.016
