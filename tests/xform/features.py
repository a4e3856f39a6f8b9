"""The standard's features, and the tests that each of them stands on here.

``python -m tests.xform.features`` writes the feature table into the engine's README: our column
from this file, the peers' from what stands beside the project (``features.json`` in the folder
of the conformance material), else from the table as it is. ``test_features.py`` holds both true.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
README = ROOT / "enumerator" / "xform" / "README.md"
FOLDER = Path(os.environ.get("ENUMERATOR_CONFORMANCE", ROOT.parent / "shared" / "conformance"))
BEGIN, END = "<!-- features: generated -->", "<!-- /features -->"
HEAD = ("Feature", "Needed", "Here", "JavaRosa", "Web Forms")


@dataclass(frozen=True)
class Feature:
    """``here``: yes; warns (passed on or kept, and the form's load says that nothing here acts
    on it); no. ``tests``: ``file::test``, short of tests/xform/test_ and .py and test_."""

    section: str
    name: str
    here: str
    tests: tuple[str, ...]


def warns(*tests: str) -> tuple[str, ...]:
    return ("warns", *tests)


def no(*tests: str) -> tuple[str, ...]:
    return ("no", *tests)


Evidence = Mapping[str, tuple[str, ...] | str]

_STRUCTURE: Evidence = {
    "html/head/title, model, body": "standard::title_model_and_body_are_read",
    "model odk:xforms-version": "attributes::form_of_a_newer_standard_warns",
    "namespaces xf, jr, orx, odk, entities, ev, any prefix": (
        "standard::any_prefix_stands_for_a_namespace",
        "submission::prefixes_are_declared_and_kept",
    ),
}
_INSTANCE: Evidence = {
    "primary instance, defaults in nodes": "standard::values_in_the_form_are_defaults",
    "attributes kept on submission; bind to attributes": (
        "submission::attributes_are_nodes_with_binds_of_their_own"
    ),
    "@id, @version / orx:version": (
        "standard::title_model_and_body_are_read",
        "standard::any_prefix_stands_for_a_namespace",
    ),
    "odk:prefix/delimiter/tag (SMS)": no("standard::compact_record_is_left_to_telephones"),
    "jr:template": "repeats::line_is_made_from_the_template_and_named_by_position",
    "secondary instance, internal": "standard::internal_list_gives_choices",
    "secondary instance, external XML": "standard::external_list_gives_choices[l.xml]",
    "external CSV": "standard::external_list_gives_choices[l.csv]",
    "external GeoJSON": "standard::external_list_gives_choices[l.geojson]",
    "jr://instance/last-saved": "standard::last_saved_instance_gives_a_default",
}
_BINDS: Evidence = {
    "nodeset": "loading::form_is_refused_when_an_expression_is_wrong",
    "type": "standard::type_is_a_string_when_none_is_given_or_known",
    "readonly (expression, inherited)": (
        "recalculation::readonly_is_inherited_and_follows_its_condition"
    ),
    "required": (
        "standard::required_and_constraint_refuse",
        "recalculation::required_follows_its_condition",
    ),
    "relevant (inherited, excluded on submission, blank in expressions)": (
        "recalculation::relevance_is_inherited_and_comes_back_with_the_group",
        "submission::what_is_not_relevant_stays_out_but_is_not_lost",
        "recalculation::readers_see_a_blank_when_a_node_is_not_relevant",
    ),
    "constraint (only when non-empty)": "answers::blank_satisfies_every_constraint",
    "calculate": "recalculation::calculation_follows_when_what_it_reads_changes",
    "saveIncomplete": "attributes::save_incomplete_is_passed_on",
    "jr:requiredMsg (text, itext, output)": (
        "attributes::plain_required_message_is_told",
        "attributes::message_follows_language_and_outputs[jr_requiredMsg]",
    ),
    "jr:constraintMsg": "attributes::message_follows_language_and_outputs[jr_constraintMsg]",
    "jr:preload + jr:preloadParams": "submission::preloads_fill_a_new_instance",
    "orx:max-pixels": "attributes::max_pixels_and_mock_accuracy_of_the_bind_are_passed_on",
    "entities:saveto": "entities::creation_carries_label_properties_and_a_new_id",
}
_PLAIN_TYPES = "string int boolean decimal date time dateTime geopoint binary"
_TYPES: Evidence = {
    **{name: f"standard::type[{name}]" for name in _PLAIN_TYPES.split()},
    **{
        name: warns(
            f"standard::type[{name}]",
            f"attributes::type_that_nothing_captures_warns_where_it_is_asked[{name}]",
        )
        for name in ("geotrace", "geoshape", "barcode")
    },
    "intent": warns(
        "standard::type[intent]", "attributes::unknown_preload_and_intent_warn_with_their_place"
    ),
}
_METADATA: Evidence = {
    **{
        name: f"standard::metadata[{name}]"
        for name in ("instanceID", "instanceName", "timeStart", "timeEnd", "userID", "deviceID")
    },
    "deprecatedID": "standard::corrected_submission_names_the_one_before",
    "email": "standard::metadata[email]",
    "phoneNumber": "standard::metadata[phoneNumber]",
    "audit": "audit::session_takes_the_log_s_file_name",
}
_PRELOADS: Evidence = {
    "uid": "standard::metadata[instanceID]",
    "timestamp start": "standard::metadata[timeStart]",
    "timestamp end": "standard::metadata[timeEnd]",
    "date today (legacy)": "standard::metadata[today]",
    "property deviceid": "standard::metadata[deviceID]",
    "property email": "standard::metadata[email]",
    "property username": "standard::metadata[userID]",
    "property phone number": "standard::metadata[phoneNumber]",
    "property simserial/subscriberid (legacy)": no(
        "standard::property_of_a_telephone_s_card_is_blank"
    ),
}
_AUDIT: Evidence = {
    "odk:location-priority": (
        "audit::location_priority_is_one_of_four[balanced]",
        "audit::log_gets_no_locations_when_the_form_does_not_say_how",
    ),
    "odk:location-min-interval": "audit::audit_attributes_are_the_form_s",
    "odk:location-max-age": "audit::best_place_that_is_not_too_old_is_told",
    "odk:track-changes": "audit::changed_answers_are_told_when_the_form_tracks_them",
    "odk:track-changes-reasons": "audit::user_and_reason_have_columns_when_the_form_asks",
    "odk:identify-user": "audit::user_and_reason_have_columns_when_the_form_asks",
}
_SELECTS = "standard::input_and_selects_take_answers"
_BODY: Evidence = {
    "input": _SELECTS,
    "select1": _SELECTS,
    "select": _SELECTS,
    "upload": "body::element_carries_what_a_widget_needs",
    "trigger": "attributes::trigger_takes_its_confirmation",
    "range start/end/step": (
        "attributes::range_passes_its_bounds_on",
        "attributes::range_without_bounds_is_refused",
    ),
    "odk:rank": (
        "attributes::rank_keeps_the_order_of_its_options",
        "selects::rank_takes_new_choices_at_its_end",
    ),
    "group (logical, presentation)": (
        "body::group_without_reference_has_a_name_of_its_own",
        "attributes::group_s_reference_label_and_relevance_reach_the_window",
    ),
    "repeat": "repeats::line_and_repeat_are_told_apart_by_the_position",
    "label, hint, output, item, itemset, value": (
        "standard::label_hint_item_and_output_are_shown",
        "standard::internal_list_gives_choices",
    ),
    "itemset with randomize(nodeset, seed)": (
        "standard::shuffled_itemset_keeps_its_order_by_its_seed",
        "functions::randomize_orders_as_the_peers_do_when_seeded",
    ),
    "secret (legacy)": "attributes::secret_is_a_masked_input",
}
_BODY_ATTRIBUTES: Evidence = {
    "ref / nodeset": "standard::control_may_name_its_bind_or_its_node",
    "class on body": "attributes::body_class_is_passed_on",
    "appearance (token list)": "attributes::appearance_of_groups_and_selects_is_a_list_of_words",
    "jr:count": "repeats::lines_are_parked_when_the_count_falls_and_come_back_when_it_rises",
    "jr:noAddRemove": (
        "standard::fixed_repeat_takes_no_lines_by_hand",
        "repeats::repeat_without_count_that_is_fixed_has_the_lines_of_the_form",
    ),
    "autoplay": warns("attributes::autoplay_and_intent_are_passed_on_with_a_warning"),
    "accuracyThreshold / unacceptableAccuracyThreshold / allow-mock-accuracy": (
        "attributes::max_pixels_and_mock_accuracy_of_the_bind_are_passed_on"
    ),
    "output value": "standard::label_hint_item_and_output_are_shown",
    "rows": "attributes::rows_and_unknown_attributes_are_passed_on",
    "mediatype / accept": "attributes::accept_wins_over_mediatype",
    "query (search of external CSV)": (
        "lists_external::query_chooses_from_its_part_of_itemsets",
        "lists_external::query_of_a_declared_instance_chooses_from_it",
    ),
}
_PLAIN_APPEARANCES = (
    "numbers multiline thousands-sep signature no-calendar month-year year minimal quick columns "
    "likert field-list label list table-list masked"
)
_DRAWN = {
    "search / autocomplete": ("search", "autocomplete"),
    "columns-n": ("columns-4",),
    **{name: (name,) for name in _PLAIN_APPEARANCES.split()},
}
_NOT_DRAWN = (
    "url bearing vertical no-ticks picker rating new new-front draw annotate ethiopian coptic "
    "islamic bikram-sambat myanmar persian placement-map maps hide-input columns-pack no-buttons "
    "image-map map list-nolabel counter hidden-answer printer"
)
_APPEARANCES: Evidence = {
    **{
        name: tuple(f"attributes::appearance_is_passed_on[{word}]" for word in words)
        for name, words in _DRAWN.items()
    },
    **{
        name: warns(
            f"attributes::appearance_that_nothing_draws_is_passed_on_with_a_warning[{name}]"
        )
        for name in _NOT_DRAWN.split()
    },
    "ex:": warns("attributes::other_program_is_passed_on_as_one_word_with_a_warning"),
}
_GROUPS: Evidence = {
    "logical and presentation groups, relevance inherited": (
        "attributes::group_s_reference_label_and_relevance_reach_the_window",
        "body::group_without_reference_has_a_name_of_its_own",
    ),
    "nested groups": "attributes::group_s_reference_label_and_relevance_reach_the_window",
    "field-list page": "standard::page_is_a_group_whose_questions_are_asked_together",
}
_COUNTED = "repeats::lines_are_parked_when_the_count_falls_and_come_back_when_it_rises"
_REPEATS: Evidence = {
    "add / delete by the user": (
        "repeats::line_is_made_from_the_template_and_named_by_position",
        "repeats::later_lines_are_renumbered_when_one_before_them_goes",
    ),
    "several instances in the form definition": (
        "standard::lines_of_the_form_are_there_from_the_start"
    ),
    "jr:count static number": "standard::count_may_be_a_number[3]",
    "jr:count path, grows": _COUNTED,
    "jr:count path, shrinks": _COUNTED,
    "jr:count empty or 0 gives none": (
        "standard::count_may_be_a_number[0]",
        "repeats::count_gives_no_line_when_it_is_not_positive",
    ),
    "nested repeats": "repeats::nested_lines_belong_to_their_outer_line",
    "template defaults": "repeats::line_is_made_from_the_template_and_named_by_position",
    "position(..) renumbered on delete": (
        "repeats::later_lines_are_renumbered_when_one_before_them_goes"
    ),
    "relevance of a repeat": (
        "repeats::repeat_is_shown_without_lines_and_hides_with_its_condition"
    ),
}
_ANY_EVENT = "standard::event_of_the_form_runs_its_actions"
_EVENTS: Evidence = {
    "odk-instance-first-load": "actions::first_load_sets_a_new_instance_and_leaves_a_saved_one",
    "odk-instance-load": "actions::load_event_sets_a_saved_instance_too",
    "xforms-value-changed": "actions::value_change_sets_others_after_recalculation",
    "odk-new-repeat": "actions::new_line_s_default_reads_calculations_of_its_line",
    "xforms-ready (legacy)": f"{_ANY_EVENT}[xforms-ready]",
    "xforms-revalidate": f"{_ANY_EVENT}[xforms-revalidate]",
    "setvalue (value or text, ref, in model/control/group/repeat)": (
        "standard::setvalue_takes_a_value_or_a_text",
        "standard::setvalue_may_stand_anywhere[model]",
        "standard::setvalue_may_stand_anywhere[control]",
        "standard::setvalue_may_stand_anywhere[group]",
        "standard::setvalue_may_stand_anywhere[repeat]",
    ),
    "odk:setgeopoint": (
        "devices::supplied_place_is_a_step_whose_readers_run_and_which_undo_takes_back",
        "devices::place_finds_its_line_when_lines_before_it_went",
    ),
    "odk:recordaudio": "devices::start_asks_the_machine_for_a_place_and_a_recording",
    "several events on one action": (
        "standard::action_may_name_several_events",
        "devices::first_and_new_lines_ask_when_one_action_names_both_events",
    ),
}
_LANGUAGES: Evidence = {
    "itext, several languages, default": "languages::default_language_is_the_one_marked",
    "output inside itext": "attributes::label_hint_guidance_and_short_form_are_told_apart",
    "form=short": (
        "attributes::label_hint_guidance_and_short_form_are_told_apart",
        "attributes::short_form_stands_in_for_a_label_that_is_not_there",
    ),
    "form=guidance": "attributes::label_hint_guidance_and_short_form_are_told_apart",
    "switching language while filling": (
        "languages::switch_changes_every_word_and_back_is_identity"
    ),
}
_MEDIA: Evidence = {
    kind: warns(f"attributes::media_of_a_label_is_passed_on_with_a_warning[{kind}]")
    for kind in ("image", "audio", "video", "big-image")
}
_ADDRESSES: Evidence = {
    "jr://images": "standard::media_address_leads_to_its_file[images]",
    "jr://audio": "standard::media_address_leads_to_its_file[audio]",
    "jr://video": "standard::media_address_leads_to_its_file[video]",
    "jr://file": "standard::external_list_gives_choices[l.xml]",
    "jr://file-csv": "standard::external_list_gives_choices[l.csv]",
    "jr://instance/last-saved": "standard::last_saved_instance_gives_a_default",
}
_SUBMISSION: Evidence = {
    "OpenRosa multipart submission": (
        "sending::multipart_body_has_the_xml_first_then_every_file",
        "sending::large_submission_goes_in_several_requests",
    ),
    "action, method": "sending::submission_settings_are_the_form_s",
    "base64RsaPublicKey encryption: AES-256-CFB, RSA-OAEP, manifest, signature": (
        "encryption::holder_of_the_key_reads_what_was_sent",
        "encryption::vector_goes_round_when_there_are_more_files_than_its_bytes",
        "encryption::tampering_with_a_file_is_found",
        "encryption::changed_manifest_is_found",
    ),
    "orx:auto-send": "sending::submission_settings_are_the_form_s",
    "orx:auto-delete": "sending::submission_settings_are_the_form_s",
}
_LOG: Evidence = {
    "event, node, start, end": (
        "audit::log_tells_of_screens_and_moments_with_their_times",
        "audit::lines_are_numbered_the_first_one_too",
    ),
    "latitude, longitude, accuracy": "audit::best_place_that_is_not_too_old_is_told",
    "old-value, new-value": "audit::changed_answers_are_told_when_the_form_tracks_them",
    "user, change-reason (docs)": "audit::user_and_reason_have_columns_when_the_form_asks",
    "quoting and line ends": "audit::values_are_quoted_as_the_specification_has_it",
}
_ENTITIES: Evidence = {
    "entity create: meta/entity @dataset @id @create, label": (
        "entities::creation_carries_label_properties_and_a_new_id"
    ),
    "entity update: @update, @baseVersion": (
        "entities::update_carries_the_versions_that_the_form_saw"
    ),
    "2024.1: @trunkVersion, @branchId (offline)": (
        "entities::update_carries_the_versions_that_the_form_saw",
        "entity_lists::updates_raise_the_version_and_keep_trunk_and_branch",
    ),
    "2025.1: entities in repeats": "entities::every_line_is_an_entity_of_its_own",
    "saveto": "entities::saveto_belongs_to_the_nearest_declaration",
    "version gate: reject newer": (
        "entities::unknown_version_is_refused_with_and_without_entities"
    ),
    "offline: created or updated entities appear in lists at once": (
        "entity_lists::form_sees_creations_and_updates_at_once"
    ),
    "entity list CSV: name, label, __version": (
        "entity_lists::received_entity_is_its_own_trunk_with_a_branch"
    ),
}
_FUNCTIONS = (
    "string concat join substr substring-before substring-after translate string-length "
    "normalize-space contains starts-with ends-with uuid digest pulldata if coalesce once true "
    "false boolean boolean-from-string not regex checklist weighted-checklist number random int "
    "sum max min round pow log log10 abs sin cos tan asin acos atan atan2 sqrt exp exp10 pi count "
    "count-non-empty position instance current randomize today now format-date format-date-time "
    "date decimal-date-time decimal-time selected selected-at count-selected jr:choice-name "
    "jr:itext indexed-repeat area distance base64-decode"
)
_MORE_FUNCTIONS = (
    "geofence intersects extract-signed substring floor ceiling last name local-name id lang "
    "date-time"
)


def _functions(names: str) -> Evidence:
    return {f"{name}()": f"standard::function[{name}()]" for name in names.split()}


SECTIONS: Mapping[str, Evidence] = {
    "2 Structure": _STRUCTURE,
    "4 Instance": _INSTANCE,
    "5.1 Bind attributes": _BINDS,
    "5.2 Data types": _TYPES,
    "5.3 Paths": {"absolute, relative, . and ..": "standard::paths_and_operators"},
    "5.4 Operators": {
        "| and or mod div = != <= < >= > + - *  with date strings": (
            "standard::paths_and_operators",
            "functions::condition_holds",
        )
    },
    "5.5 Predicates": {"any depth, position and boolean": "standard::predicates"},
    "5.6 Axes": {"child parent self (spec); the rest of XPath 1.0": "standard::axes"},
    "5.7 Functions": _functions(_FUNCTIONS),
    "5.7 Functions (beyond the spec table)": _functions(_MORE_FUNCTIONS),
    "5.8 Metadata": _METADATA,
    "5.9 Preloads": _PRELOADS,
    "5.10 Audit attributes": _AUDIT,
    "6 Body elements": _BODY,
    "6.2 Body attributes": _BODY_ATTRIBUTES,
    "6.3 Appearances (XLSForm list)": _APPEARANCES,
    "7 Groups": _GROUPS,
    "8 Repeats": _REPEATS,
    "9 Events and actions": _EVENTS,
    "10 Languages": _LANGUAGES,
    "11 Media labels": _MEDIA,
    "12 URIs": _ADDRESSES,
    "13 Submission and encryption": _SUBMISSION,
    "14 Compact record (SMS)": {
        "prefix, tag, delimiter": no("standard::compact_record_is_left_to_telephones")
    },
    "15 Client audit log": _LOG,
    "16 Entities": _ENTITIES,
}


def features() -> Iterator[Feature]:
    for section, rows in SECTIONS.items():
        for name, evidence in rows.items():
            tests = (evidence,) if isinstance(evidence, str) else evidence
            here = tests[0] if tests[0] in ("warns", "no") else "yes"
            yield Feature(section, name, here, tests if here == "yes" else tests[1:])


def exists(test: str) -> bool:
    """Whether the suite has the test, and with a parameter in brackets, runs it for that one."""
    file, _, rest = test.partition("::")
    name, _, parameter = rest.partition("[")
    try:
        module = importlib.import_module(f"tests.xform.test_{file}")
    except ModuleNotFoundError:
        return False
    function = getattr(module, f"test_{name}", None)
    if function is None:
        return False
    return not parameter or parameter.removesuffix("]") in _parameters(function)


def _parameters(function: Any) -> set[str]:
    """The first value of every set that the test is run with."""
    found = set()
    for mark in getattr(function, "pytestmark", ()):
        if mark.name == "parametrize":
            several = not isinstance(mark.args[0], str)
            found |= {str(each[0] if several else each) for each in mark.args[1]}
    return found


# -------------------------------------------------------------------- the table
def peers_of_material() -> dict[tuple[str, str], tuple[str, str, str]] | None:
    """(section, feature) -> (needed, JavaRosa, Web Forms); None without the material."""
    path = FOLDER / "features.json"
    if not path.is_file():
        return None
    rows: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        (row["section"], row["feature"]): (row["nrfu"], row["javarosa"], row["web_forms"])
        for row in rows
    }


def peers_of_table(readme: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    """The same from the table as it stands."""
    found = {}
    section = ""
    for line in table_of(readme).splitlines():
        if line.startswith("### "):
            section = line.removeprefix("### ")
        cells = [cell.strip().replace("\0", "|") for cell in _split(line)]
        if len(cells) == len(HEAD) and cells[0] not in (HEAD[0], "---"):
            found[section, cells[0]] = (cells[1], cells[3], cells[4])
    return found


def _split(line: str) -> list[str]:
    return line.strip().strip("|").replace("\\|", "\0").split("|") if "|" in line else []


def table_of(readme: str) -> str:
    """What stands between the markers."""
    return readme.partition(BEGIN)[2].partition(END)[0].strip("\n")


def write_table(peers: Mapping[tuple[str, str], tuple[str, str, str]]) -> str:
    lines: list[str] = []
    section = ""
    counts = {"yes": 0, "warns": 0, "no": 0}
    for feature in features():
        if feature.section != section:
            section = feature.section
            lines += ["", f"### {section}", "", _row(*HEAD), _row(*["---"] * len(HEAD))]
        needed, javarosa, web_forms = peers[feature.section, feature.name]
        counts[feature.here] += 1
        lines.append(_row(feature.name, needed, feature.here, javarosa, web_forms))
    total = sum(counts.values())
    summary = (
        f"{total} features: {counts['yes']} work, {counts['warns']} are passed on with a warning "
        f"when the form is loaded, {counts['no']} are not there and not needed."
    )
    return "\n".join([summary, *lines])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    readme = README.read_text(encoding="utf-8")
    peers = peers_of_material() or peers_of_table(readme)
    before, _, rest = readme.partition(BEGIN)
    after = rest.partition(END)[2]
    README.write_text(f"{before}{BEGIN}\n{write_table(peers)}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
