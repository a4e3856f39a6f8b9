"""What a form says to the window: passed on whole, or named in a warning."""

from __future__ import annotations

import time

import pytest

from enumerator.xform import FormError, Problem, load_form
from tests.xform.scenario import Scenario, ask, bind, control, group, select, xform


def warnings_of(form: bytes) -> list[str]:
    return [problem.text for problem in load_form(form).warnings]


def element_with(
    element: str, inner: str = "", kind: str = "string", **attributes: str
) -> Scenario:
    label = "<label>Q</label>"
    return Scenario(
        xform("<q/>", [bind("q", type=kind)], [control(element, "q", label + inner, **attributes)])
    )


# -------------------------------------------------------------------- bind
@pytest.mark.parametrize(
    ("written", "passed"), [("true()", "true"), ("true", "true"), ("false()", ""), ("", "")]
)
def test_save_incomplete_is_passed_on(written: str, passed: str) -> None:
    scenario = Scenario(xform("<q/>", [bind("q", saveIncomplete=written)], [ask("q")]))
    assert scenario.element("q").parameters.get("saveIncomplete", "") == passed
    assert not scenario.warnings


def test_max_pixels_and_mock_accuracy_of_the_bind_are_passed_on() -> None:
    scenario = Scenario(
        xform(
            "<photo/><place/>",
            [
                bind("photo", type="binary", **{"orx:max-pixels": "1024"}),
                bind("place", type="geopoint", **{"odk:allow-mock-accuracy": "true"}),
            ],
            [
                control("upload", "photo", mediatype="image/*"),
                control(
                    "input", "place", accuracyThreshold="10", unacceptableAccuracyThreshold="50"
                ),
            ],
        )
    )
    assert scenario.element("photo").parameters == {"max-pixels": "1024"}
    assert scenario.element("place").parameters == {
        "allow-mock-accuracy": "true",
        "accuracyThreshold": "10",
        "unacceptableAccuracyThreshold": "50",
    }
    assert not scenario.warnings


ITEXT = (
    '<itext><translation lang="en"><text id="m"><value>Say it, <output value="/data/who"/>!'
    '</value></text></translation><translation lang="id"><text id="m"><value>Sebutkan, '
    '<output value="/data/who"/>!</value></text></translation></itext>'
)


@pytest.mark.parametrize("attribute", ["jr_requiredMsg", "jr_constraintMsg"])
def test_message_follows_language_and_outputs(attribute: str) -> None:
    rule = {"required": "true()"} if attribute == "jr_requiredMsg" else {"constraint": ". = 'y'"}
    scenario = Scenario(
        xform(
            "<who>Ani</who><q/>",
            [bind("q", **rule, **{attribute: "jr:itext('m')"})],
            [ask("who"), ask("q")],
            ITEXT,
        )
    )
    value = "" if attribute == "jr_requiredMsg" else "x"
    assert scenario.answer("q", value).message == "Say it, Ani!"
    scenario.session.set_language("id")
    scenario.answers(who="Budi")
    assert scenario.answer("q", value).message == "Sebutkan, Budi!"
    element = scenario.element("q")
    asked = element.required_message if attribute == "jr_requiredMsg" else element.message
    assert asked == "Sebutkan, Budi!"


def test_plain_required_message_is_told() -> None:
    form = xform("<q/>", [bind("q", required="true()", jr_requiredMsg="Needed")], [ask("q")])
    assert Scenario(form).answer("q", "").message == "Needed"


def test_unknown_preload_and_intent_warn_with_their_place() -> None:
    form = xform(
        "<a/><b/>", ["\n", bind("a", jr_preload="context"), "\n", bind("b", type="intent")], []
    )
    assert load_form(form).warnings == (
        Problem(
            "warning",
            "jr:preload 'context' is not known: nothing is put in",
            "/html/head/model/bind",
            2,
        ),
        Problem(
            "warning",
            "the type 'intent' is taken for a string: no other program is called",
            "/html/head/model/bind",
            3,
        ),
    )


@pytest.mark.parametrize(
    ("kind", "parameter", "count"),
    [
        ("timestamp", "start", 0),
        ("timestamp", "noon", 1),
        ("date", "today", 0),
        ("date", "", 1),
        ("property", "anything", 0),
        ("uid", "", 0),
    ],
)
def test_preload_s_parameter_is_checked(kind: str, parameter: str, count: int) -> None:
    form = xform("<q/>", [bind("q", jr_preload=kind, jr_preloadParams=parameter)], [])
    assert len(warnings_of(form)) == count


def test_element_that_is_not_known_warns_with_its_name() -> None:
    assert warnings_of(xform("<q/>", [], [], "<gadget/>")) == ["<gadget> is not known and left out"]
    assert warnings_of(xform("<q/>", [], ["<gadget/>"])) == ["<gadget> is not known and left out"]


def test_intent_takes_any_text() -> None:
    scenario = Scenario(xform("<q/>", [bind("q", type="intent")], [ask("q")]))
    assert scenario.answers(q="any text")["q"] == "any text"


# -------------------------------------------------------------------- body
def test_rows_and_unknown_attributes_are_passed_on() -> None:
    element = element_with("input", rows="5", shade="grey").element("q")
    assert dict(element.parameters) == {"rows": "5", "shade": "grey"}


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ({"mediatype": "image/*"}, "image/*"),
        ({"accept": ".pdf,.jpg"}, ".pdf,.jpg"),
        ({"mediatype": "image/*", "accept": "audio/*"}, "audio/*"),
    ],
)
def test_accept_wins_over_mediatype(attributes: dict[str, str], found: str) -> None:
    assert element_with("upload", kind="binary", **attributes).element("q").mediatype == found


def test_autoplay_and_intent_are_passed_on_with_a_warning() -> None:
    scenario = element_with("input", autoplay="audio", intent="org.example")
    assert dict(scenario.element("q").parameters) == {"autoplay": "audio", "intent": "org.example"}
    assert scenario.warnings == [
        "'intent' is passed on, but no other program is called",
        "'autoplay' is passed on, but nothing is played",
    ]


def test_body_class_is_passed_on() -> None:
    form = xform("<q/>", [], [ask("q")]).replace(b"<h:body>", b'<h:body class="pages theme-grid">')
    assert load_form(form).body_class == ("pages", "theme-grid")


def test_secret_is_a_masked_input() -> None:
    element = element_with("secret", appearance="numbers").element("q")
    assert (element.control, element.appearance) == ("input", ("numbers", "masked"))


def test_trigger_takes_its_confirmation() -> None:
    scenario = element_with("trigger")
    assert scenario.element("q").control == "trigger"
    assert scenario.answers(q="OK")["q"] == "OK"


def test_rank_keeps_the_order_of_its_options() -> None:
    form = xform("<q/>", [], [select("q", "a", "b", "c", element="odk:rank")])
    scenario = Scenario(form)
    assert scenario.element("q").control == "rank"
    scenario.answer("q", ["c", "a", "b"])
    assert scenario["q"] == "c a b"
    assert scenario.choices("q") == ["a", "b", "c"]


def test_range_passes_its_bounds_on() -> None:
    scenario = element_with("range", kind="decimal", start="-2.0", end="2", step="0.5")
    assert dict(scenario.element("q").parameters) == {"start": "-2.0", "end": "2", "step": "0.5"}
    assert not scenario.warnings


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"start": "1", "end": "5"}, "a range without 'step'"),
        ({"end": "5", "step": "1"}, "a range without 'start'"),
        ({"start": "-2.0.1", "end": "5", "step": "1"}, "start of the range is '-2.0.1'"),
        ({"start": "1", "end": "many", "step": "1"}, "end of the range is 'many'"),
    ],
)
def test_range_without_bounds_is_refused(attributes: dict[str, str], words: str) -> None:
    with pytest.raises(FormError) as error:
        element_with("range", kind="int", **attributes)
    (problem,) = error.value.problems
    assert words in problem.text
    assert (problem.path, problem.line) == ("/html/body/range", 1)


def test_range_that_counts_down_is_fine_and_one_without_steps_warns() -> None:
    assert not element_with("range", kind="int", start="7", end="3", step="2").warnings
    warned = element_with("range", kind="int", start="1", end="3", step="0").warnings
    assert warned == ["a range whose step is 0 has nothing to choose from"]


def test_group_s_reference_label_and_relevance_reach_the_window() -> None:
    scenario = Scenario(
        xform(
            "<on/><g><inner><q/></inner></g>",
            [bind("g", relevant="/data/on = 1")],
            [ask("on"), group("g", "<label>G</label>", group("g/inner", ask("g/inner/q")))],
        )
    )
    assert scenario.element("g").label == "G"
    assert not scenario.element("g/inner").relevant
    assert not scenario.element("g/inner/q").relevant
    scenario.answers(on="1")
    assert scenario.element("g/inner/q").relevant


# -------------------------------------------------------------------- appearances
DRAWN = [
    "numbers",
    "multiline",
    "thousands-sep",
    "signature",
    "no-calendar",
    "month-year",
    "year",
    "minimal",
    "search",
    "autocomplete",
    "quick",
    "columns",
    "columns-4",
    "likert",
    "field-list",
    "label",
    "list",
    "table-list",
    "masked",
]
NOT_DRAWN = [
    "url",
    "bearing",
    "vertical",
    "no-ticks",
    "picker",
    "rating",
    "new",
    "new-front",
    "draw",
    "annotate",
    "ethiopian",
    "coptic",
    "islamic",
    "bikram-sambat",
    "myanmar",
    "persian",
    "placement-map",
    "maps",
    "hide-input",
    "columns-pack",
    "no-buttons",
    "image-map",
    "map",
    "list-nolabel",
    "counter",
    "hidden-answer",
    "printer",
]


@pytest.mark.parametrize("word", DRAWN)
def test_appearance_is_passed_on(word: str) -> None:
    scenario = element_with("input", appearance=f"own {word}")
    assert scenario.element("q").appearance == ("own", word)
    assert not scenario.warnings


@pytest.mark.parametrize("word", NOT_DRAWN)
def test_appearance_that_nothing_draws_is_passed_on_with_a_warning(word: str) -> None:
    scenario = element_with("input", appearance=f"own {word}")
    assert scenario.element("q").appearance == ("own", word)
    assert scenario.warnings == [f"the appearance {word!r} is passed on, but not drawn"]


def test_other_program_is_passed_on_as_one_word_with_a_warning() -> None:
    scenario = element_with("input", appearance="ex:org.example.scan(a='b c', d=/data/q) w2")
    assert scenario.element("q").appearance == ("ex:org.example.scan(a='b c', d=/data/q)", "w2")
    (text,) = scenario.warnings
    assert "'ex:' is passed on, but no other program is called" in text


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("a( b c", ("a(", "b", "c")),
        ("a) b (c d) e", ("a)", "b", "(c d)", "e")),
        ("f(g(1, 2), 'x y') z", ("f(g(1, 2), 'x y')", "z")),
        ("\t a \n b ", ("a", "b")),
    ],
)
def test_brackets_keep_a_word_together(written: str, words: tuple[str, ...]) -> None:
    assert element_with("input", appearance=written).element("q").appearance == words


def test_endless_brackets_are_read_at_once() -> None:
    begun = time.perf_counter()
    element_with("input", appearance=")" + "(" * 1_000_000)
    assert time.perf_counter() - begun < 2


def test_appearance_of_groups_and_selects_is_a_list_of_words() -> None:
    scenario = Scenario(
        xform(
            "<g><q/></g>",
            [],
            [control("group", "g", ask("g/q"), appearance=" field-list  w1 ")],
        )
    )
    assert scenario.element("g").appearance == ("field-list", "w1")


# -------------------------------------------------------------------- types without a widget
@pytest.mark.parametrize("kind", ["geotrace", "geoshape", "barcode"])
def test_type_that_nothing_captures_warns_where_it_is_asked(kind: str) -> None:
    (text,) = element_with("input", kind=kind).warnings
    assert kind in text
    calculated = xform("<q/>", [bind("q", type=kind, calculate="''")], [])
    assert warnings_of(calculated) == []


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("barcode", "899100", "899100"),
        ("geotrace", "1 2;3 4 5 6", "1.0 2.0 0.0 0.0;3.0 4.0 5.0 6.0"),
        ("geoshape", "1 2;3 4;1 2", "1.0 2.0 0.0 0.0;3.0 4.0 0.0 0.0;1.0 2.0 0.0 0.0"),
    ],
)
def test_type_that_nothing_captures_is_kept(kind: str, value: str, kept: str) -> None:
    assert element_with("input", kind=kind).answers(q=value)["q"] == kept


# -------------------------------------------------------------------- texts and media
FORMS = (
    '<itext><translation lang="en"><text id="q"><value>Who lives **here**?</value>'
    '<value form="short">Who</value><value form="guidance">Ask the head.</value>'
    '<value form="image">jr://images/door.png</value><value form="audio">jr://audio/q.mp3</value>'
    '<value form="video">jr://video/q.mp4</value>'
    '<value form="big-image">jr://images/door-big.png</value></text>'
    '<text id="h"><value>Everybody who <output value="/data/who"/> feeds</value>'
    '<value form="guidance">Also guests</value></text></translation></itext>'
)


def with_texts() -> Scenario:
    asked = "<label ref=\"jr:itext('q')\"/><hint ref=\"jr:itext('h')\"/>"
    return Scenario(
        xform("<who>Ani</who><q/>", [], [control("input", "q", asked)], FORMS),
    )


def test_label_hint_guidance_and_short_form_are_told_apart() -> None:
    element = with_texts().element("q")
    assert element.label == "Who lives **here**?"
    assert element.short == "Who"
    assert element.hint == "Everybody who Ani feeds"
    assert element.guidance == "Also guests"


def test_short_form_stands_in_for_a_label_that_is_not_there() -> None:
    texts = '<itext><translation lang="en"><text id="q"><value form="short">Who</value></text>'
    form = xform(
        "<q/>",
        [],
        [control("input", "q", "<label ref=\"jr:itext('q')\"/>")],
        texts + "</translation></itext>",
    )
    element = Scenario(form).element("q")
    assert (element.label, element.short) == ("Who", "Who")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("image", "door.png"),
        ("audio", "q.mp3"),
        ("video", "q.mp4"),
        ("big-image", "door-big.png"),
    ],
)
def test_media_of_a_label_is_passed_on_with_a_warning(kind: str, name: str) -> None:
    scenario = with_texts()
    assert scenario.element("q").media[kind] == name
    assert f"{kind} labels (1) are passed on, but not shown" in scenario.warnings


def test_text_that_no_language_has_warns() -> None:
    form = xform(
        "<q/>",
        [bind("q", required="true()", jr_requiredMsg="jr:itext('also')")],
        [control("input", "q", "<label ref=\"jr:itext('gone')\"/>")],
        ITEXT.replace("/data/who", "/data/q"),
    )
    assert warnings_of(form) == [
        "no language has the text 'gone'",
        "no language has the text 'also'",
    ]


def test_markdown_and_markup_are_passed_on() -> None:
    label = "# Head\\n*Who* is &lt;b&gt;it&lt;/b&gt;? <output value='/data/q'/>"
    scenario = Scenario(xform("<q>me</q>", [], [ask("q", label)]))
    assert scenario.element("q").label == "# Head\\n*Who* is <b>it</b>? me"


# -------------------------------------------------------------------- events and versions
def test_action_without_an_event_warns() -> None:
    (text,) = warnings_of(xform("<q/>", [], [ask("q")], '<setvalue event="" ref="/data/q"/>'))
    assert "without an event" in text


@pytest.mark.parametrize("event", ["DOMActivate", "odk-new-repeat"])
def test_event_that_never_happens_is_an_error_as_in_both_peers(event: str) -> None:
    """odk-new-repeat happens in a repeat only, and there its actions stand."""
    action = f'<setvalue event="odk-instance-load {event}" ref="/data/q">x</setvalue>'
    with pytest.raises(FormError, match=event):
        load_form(xform("<q/>", [], [ask("q")], action))


@pytest.mark.parametrize(("version", "count"), [("1.0.0", 0), ("1.9", 0), ("2.0.0", 1)])
def test_form_of_a_newer_standard_warns(version: str, count: int) -> None:
    form = xform("<q/>", [], [ask("q")]).replace(
        b"<model>", f'<model odk:xforms-version="{version}">'.encode()
    )
    assert len(warnings_of(form)) == count
