"""KnownError codes as sentences of the interface: what happened and what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from enumerator.errors import KnownError

# lupdate knows the name ``translate``; it has to be called with literals.
translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Explanation:
    """A failure in words: the title says what happened, the advice what to do next."""

    title: str
    advice: str
    is_calm: bool = False
    """A normal state (no connection), not an error."""


def explain(error: Exception) -> Explanation:
    """The words for an error; a code that has none yet shows the error's own English text."""
    if not isinstance(error, KnownError):
        return Explanation(
            translate("errors", "Something went wrong in the program"),
            translate(
                "errors",
                "Your saved work is not affected. Copy the report and send it to your supervisor; "
                "it holds no names, no NIK and no answers.",
            ),
        )
    words = EXPLANATIONS.get(error.code)
    if words is None:
        return Explanation(translate("errors", "This could not be done"), str(error))
    return Explanation(words.title(), words.advice(), words.is_calm)


def report_of(error: BaseException) -> str:
    """A report that holds the kind of error and the places in the program, never its text: the
    text of an exception may quote an answer."""
    import platform
    from importlib.metadata import version

    from enumerator.logs import describe

    machine = f"Python {platform.python_version()}, {platform.system()} {platform.release()}"
    return f"enumerator {version('enumerator')}, {machine}\n{describe(error)}"


@dataclass(frozen=True, slots=True)
class _Words:
    title: Callable[[], str]
    advice: Callable[[], str]
    is_calm: bool = False


def _nothing() -> str:
    return ""


EXPLANATIONS: Final[dict[str, _Words]] = {
    "already_enrolled": _Words(
        lambda: translate("errors", "This folder already holds an officer's data"),
        lambda: translate("errors", "Unlock it with that officer's passphrase."),
    ),
    "already_final": _Words(
        lambda: translate("errors", "This family has a final interview"),
        lambda: translate("errors", "Only your supervisor can return it to you."),
    ),
    "appointment_needed": _Words(
        lambda: translate("errors", "Enter day and time of the appointment."),
        _nothing,
    ),
    "bad_address": _Words(
        lambda: translate("errors", "The server's address is not complete"),
        lambda: translate("errors", "It looks like https://server.example. Ask your supervisor."),
    ),
    "bad_certificate": _Words(
        lambda: translate("errors", "The server's certificate does not hold"),
        lambda: translate(
            "errors",
            "Check the date of this laptop and the address. A public network may be in between.",
        ),
    ),
    "bad_code": _Words(
        lambda: translate("errors", "The code has eight letters and digits"),
        lambda: translate(
            "errors",
            "Your supervisor's screen shows it. The letters I, L, O, U and the digits 0 and 1 "
            "are never in it.",
        ),
    ),
    "bad_content": _Words(
        lambda: translate("errors", "A file of the questionnaire was damaged on the way"),
        lambda: translate("errors", "It is fetched again at the next synchronisation."),
        is_calm=True,
    ),
    "bad_form": _Words(
        lambda: translate("errors", "The questionnaire cannot be used"),
        lambda: translate("errors", "Tell your supervisor. Answers already given are kept."),
    ),
    "bad_mode": _Words(
        lambda: translate("errors", "Choose how the family was contacted."),
        _nothing,
    ),
    "bad_receipt": _Words(
        lambda: translate("errors", "The server's receipts do not hold"),
        lambda: translate(
            "errors",
            "Nothing counts as delivered. Tell your office: the address may lead to another "
            "server.",
        ),
    ),
    "bad_relay_address": _Words(
        lambda: translate("errors", "The address is not complete"),
        lambda: translate(
            "errors",
            "It looks like 192.168.1.7:8418. Your supervisor's screen shows it.",
        ),
    ),
    "bad_reply": _Words(
        lambda: translate("errors", "The answer was damaged on the way"),
        lambda: translate("errors", "It is tried again by itself."),
        is_calm=True,
    ),
    "bad_value": _Words(
        lambda: translate("errors", "This is not a valid answer here"),
        lambda: translate("errors", "Check what you typed."),
    ),
    "cancelled": _Words(
        lambda: translate("errors", "Stopped"),
        lambda: translate("errors", "Nothing is lost; it goes on at the next synchronisation."),
        is_calm=True,
    ),
    "cannot_relay": _Words(
        lambda: translate("errors", "This laptop cannot take visitors"),
        lambda: translate(
            "errors",
            "Another program holds its ports. Restart the laptop, or use a stick.",
        ),
    ),
    "captive_portal": _Words(
        lambda: translate("errors", "This network asks you to log in first"),
        lambda: translate("errors", "Open a web browser, log in, then synchronise again."),
        is_calm=True,
    ),
    "code_expired": _Words(
        lambda: translate("errors", "This code has expired"),
        lambda: translate("errors", "Ask your supervisor for a new one."),
    ),
    "code_unknown": _Words(
        lambda: translate("errors", "The server does not know this code"),
        lambda: translate("errors", "Check it letter by letter."),
    ),
    "code_used": _Words(
        lambda: translate("errors", "This code was already used"),
        lambda: translate("errors", "Ask your supervisor for a new one."),
    ),
    "damaged_answer": _Words(
        lambda: translate("errors", "The answer file is damaged"),
        lambda: translate(
            "errors",
            "Ask for it once more. Nothing changed on this laptop.",
        ),
    ),
    "damaged_bundle": _Words(
        lambda: translate("errors", "The file is damaged from its beginning"),
        lambda: translate(
            "errors",
            "Have the laptop write it again. Nothing is lost: the laptop keeps everything.",
        ),
    ),
    "damaged_database": _Words(
        lambda: translate("errors", "The data on this laptop cannot be read"),
        lambda: translate(
            "errors",
            "Do not delete anything: there is a backup, and sealed copies of your finished work. "
            "Tell your supervisor.",
        ),
    ),
    "disk_fault": _Words(
        lambda: translate("errors", "The disk does not do what it is told"),
        lambda: translate(
            "errors",
            "Synchronise now, so that the server has your work, and show the laptop to your "
            "office.",
        ),
    ),
    "disk_full": _Words(
        lambda: translate("errors", "The disk is full"),
        lambda: translate("errors", "Delete other files, then try again. Nothing was lost."),
    ),
    "draft_exists": _Words(
        lambda: translate("errors", "This family has an open draft"),
        lambda: translate("errors", "Resume it from the family's page."),
    ),
    "feed_mismatch": _Words(
        lambda: translate("errors", "The list from the server does not add up"),
        lambda: translate("errors", "Your work is untouched; it is tried again by itself."),
        is_calm=True,
    ),
    "file_too_large": _Words(
        lambda: translate("errors", "This file is larger than 64 MB"),
        lambda: translate("errors", "Choose a smaller picture."),
    ),
    "file_unreadable": _Words(
        lambda: translate("errors", "This file cannot be read"),
        lambda: translate("errors", "Choose another one."),
    ),
    "foreign_bundle": _Words(
        lambda: translate("errors", "The file belongs to another office"),
        lambda: translate(
            "errors",
            "Take it to the office that its laptop was enrolled with.",
        ),
    ),
    "forged_answer": _Words(
        lambda: translate("errors", "The answer is not from your office"),
        lambda: translate(
            "errors",
            "Nothing counts as delivered. Tell your office who gave you this file.",
        ),
    ),
    "in_use": _Words(
        lambda: translate("errors", "This officer's data is open in another window"),
        lambda: translate("errors", "Close that window first."),
    ),
    "incomplete": _Words(
        lambda: translate("errors", "Some questions are missing or wrong"),
        lambda: translate("errors", "Go through the list and correct them."),
    ),
    "insecure_address": _Words(
        lambda: translate("errors", "This address is not secure"),
        lambda: translate("errors", "Use the address that begins with https://."),
    ),
    "interview_needed": _Words(
        lambda: translate("errors", "This outcome needs an interview."),
        _nothing,
    ),
    "item_too_large": _Words(
        lambda: translate("errors", "A record is too large to be carried"),
        lambda: translate(
            "errors",
            "It is sent when its own laptop synchronises.",
        ),
    ),
    "newer_bundle": _Words(
        lambda: translate("errors", "The file was written by a newer program"),
        lambda: translate(
            "errors",
            "Update this program first, then try again.",
        ),
    ),
    "newer_database": _Words(
        lambda: translate("errors", "This data was used by a newer version of the program"),
        lambda: translate("errors", "Install the newest version."),
    ),
    "newer_relay": _Words(
        lambda: translate("errors", "The supervisor's program is newer"),
        lambda: translate(
            "errors",
            "Update this program, or save to a stick.",
        ),
    ),
    "no_backup": _Words(
        lambda: translate("errors", "There is no backup that can be used"),
        lambda: translate("errors", "Tell your supervisor: finished work is still sealed here."),
    ),
    "no_connection": _Words(
        lambda: translate("errors", "No connection to the server"),
        lambda: translate(
            "errors",
            "You can go on working: everything is kept on this laptop and is sent as soon as "
            "there is a network.",
        ),
        is_calm=True,
    ),
    "no_file": _Words(
        lambda: translate("errors", "The file is not there"),
        lambda: translate(
            "errors",
            "Put the stick in again and choose the file once more.",
        ),
    ),
    "bad_days": _Words(
        lambda: translate("errors", "So many days cannot be given"),
        lambda: translate(
            "errors",
            "Choose 1 to 31 days.",
        ),
    ),
    "no_code_possible": _Words(
        lambda: translate("errors", "No code opens this laptop"),
        lambda: translate(
            "errors",
            "Synchronise while there is a network.",
        ),
    ),
    "bad_challenge": _Words(
        lambda: translate("errors", "This is not what an officer's laptop shows"),
        lambda: translate(
            "errors",
            "Have it read out again, letter by letter.",
        ),
    ),
    "lease_over": _Words(
        lambda: translate("errors", "Too long without the server"),
        lambda: translate(
            "errors",
            "Synchronise, or ask your supervisor for a code. What is finished is still sent.",
        ),
    ),
    "mistyped_code": _Words(
        lambda: translate("errors", "A letter of this code is wrong"),
        lambda: translate(
            "errors",
            "Have it read out again, letter by letter.",
        ),
    ),
    "no_team_key": _Words(
        lambda: translate("errors", "This laptop cannot give codes yet"),
        lambda: translate(
            "errors",
            "Synchronise once while there is a network.",
        ),
    ),
    "wrong_lease_code": _Words(
        lambda: translate("errors", "This code is not for this laptop, or was used already"),
        lambda: translate(
            "errors",
            "Read out what is shown again, and ask for another.",
        ),
    ),
    "being_wiped": _Words(
        lambda: translate("errors", "The office has had this data deleted"),
        lambda: translate("errors", "Ask the office for a new one-time code."),
    ),
    "recovery_damaged": _Words(
        lambda: translate("errors", "This is no recovery file, or it was damaged on its way"),
        lambda: translate("errors", "Copy it again, or ask the office for another."),
    ),
    "recovery_early": _Words(
        lambda: translate("errors", "By this laptop's date the file is not made yet"),
        lambda: translate("errors", "Set the laptop's date and time right, then try again."),
    ),
    "recovery_elsewhere": _Words(
        lambda: translate("errors", "This file is for another laptop or another officer"),
        lambda: translate(
            "errors",
            "Tell the office the number of this laptop that is shown here, and ask for a file for "
            "it.",
        ),
    ),
    "recovery_expired": _Words(
        lambda: translate("errors", "This recovery file is too old"),
        lambda: translate(
            "errors",
            "If this laptop's date is right, ask the office for another file. If not, set the date "
            "and try again.",
        ),
    ),
    "recovery_opens_nothing": _Words(
        lambda: translate("errors", "The key in this file does not open the data of this laptop"),
        lambda: translate(
            "errors",
            "Ask the office for another file. Do not delete anything: the sealed files still hold "
            "your finished work.",
        ),
    ),
    "recovery_unknown": _Words(
        lambda: translate("errors", "This recovery file is of a newer version of the program"),
        lambda: translate("errors", "Update the program on this laptop, then try again."),
    ),
    "recovery_unreadable": _Words(
        lambda: translate("errors", "The file cannot be read"),
        lambda: translate("errors", "Is the stick still there? Choose the file once more."),
    ),
    "recovery_used": _Words(
        lambda: translate("errors", "This recovery file was used already"),
        lambda: translate("errors", "Each file is good once. Ask the office for another."),
    ),
    "mistyped_recovery_code": _Words(
        lambda: translate("errors", "A letter of this code is wrong"),
        lambda: translate(
            "errors",
            "Have it read out again, letter by letter.",
        ),
    ),
    "wrong_recovery_code": _Words(
        lambda: translate("errors", "This code does not belong to this file"),
        lambda: translate(
            "errors",
            "Have it read out again, or ask the office for another file and code.",
        ),
    ),
    "no_device_secret": _Words(
        lambda: translate("errors", "The keyring of this laptop keeps its part of the key back"),
        lambda: translate(
            "errors",
            "Log in to the laptop as always and unlock its keyring, then try again. If the keyring "
            "is lost, your office lets you in again: press Recover.",
        ),
    ),
    "no_form": _Words(
        lambda: translate("errors", "The questionnaire is not on this laptop yet"),
        lambda: translate("errors", "Synchronise once while there is a network."),
    ),
    "no_keys": _Words(
        lambda: translate("errors", "This officer's key file is missing or damaged"),
        lambda: translate(
            "errors",
            "Your work is still here, and your office lets you in again: press Recover.",
        ),
    ),
    "no_notice_reason_needed": _Words(
        lambda: translate("errors", "Say why no notice was left."),
        _nothing,
    ),
    "no_relay": _Words(
        lambda: translate("errors", "The supervisor's laptop does not answer"),
        lambda: translate(
            "errors",
            "Both laptops must be in the same network, and the supervisor must help officers send.",
        ),
    ),
    "no_relay_found": _Words(
        lambda: translate("errors", "No supervisor's laptop was found"),
        lambda: translate(
            "errors",
            "Both laptops must be in the same network. If they are, type the address that the "
            "supervisor's screen shows.",
        ),
    ),
    "no_such_draft": _Words(
        lambda: translate("errors", "What was begun is no longer offered"),
        lambda: translate("errors", "Start a new interview."),
    ),
    "no_such_result": _Words(
        lambda: translate("errors", "This interview is not one of this family's"),
        lambda: translate("errors", "Synchronise, then look again."),
    ),
    "no_successor": _Words(
        lambda: translate("errors", "This family did not take the place of the other"),
        lambda: translate("errors", "Choose one of the families shown."),
    ),
    "no_such_family": _Words(
        lambda: translate("errors", "This family is not on this laptop"),
        lambda: translate("errors", "Go back to the list and synchronise."),
    ),
    "no_such_interview": _Words(
        lambda: translate("errors", "This interview is not on this laptop"),
        lambda: translate("errors", "Go back to the list and synchronise."),
    ),
    "no_such_officer": _Words(
        lambda: translate("errors", "This officer is not known here"),
        lambda: translate("errors", "Choose another account."),
    ),
    "nothing_to_decide": _Words(
        lambda: translate("errors", "There is nothing to decide here any more"),
        lambda: translate("errors", "Synchronise, then look again."),
    ),
    "nothing_to_return": _Words(
        lambda: translate("errors", "There is no received interview to return"),
        lambda: translate("errors", "Synchronise, then look again."),
    ),
    "none_readable": _Words(
        lambda: translate("errors", "No sealed file of this laptop can be read"),
        lambda: translate(
            "errors",
            "Its disk may be failing. Delete nothing, and take the laptop to your office.",
        ),
    ),
    "not_a_bundle": _Words(
        lambda: translate("errors", "This is not a file of officers' work"),
        lambda: translate(
            "errors",
            "Choose a file whose name ends in .bundle.",
        ),
    ),
    "not_a_draft": _Words(
        lambda: translate("errors", "This interview is finished"),
        lambda: translate("errors", "Only your supervisor can return it to you."),
    ),
    "not_a_picture": _Words(
        lambda: translate("errors", "This file is no picture that can be read"),
        lambda: translate("errors", "Choose a JPEG or PNG file."),
    ),
    "not_an_answer": _Words(
        lambda: translate("errors", "This is not an answer file"),
        lambda: translate(
            "errors",
            "Choose a file whose name ends in .answer.",
        ),
    ),
    "not_on_list": _Words(
        lambda: translate("errors", "This family is not to be visited any more"),
        lambda: translate("errors", "The reason stands on its page."),
    ),
    "not_open": _Words(
        lambda: translate("errors", "This interview is closed"),
        lambda: translate("errors", "Open it again from the family's page."),
    ),
    "not_relevant": _Words(
        lambda: translate("errors", "This question is not asked at present"),
        lambda: translate("errors", "An answer before it has changed."),
    ),
    "not_supervisor": _Words(
        lambda: translate("errors", "Only supervisors can do this"),
        _nothing,
    ),
    "nothing_chosen": _Words(
        lambda: translate("errors", "Choose families first"),
        _nothing,
    ),
    "nothing_to_save": _Words(
        lambda: translate("errors", "Nothing has to be carried"),
        lambda: translate(
            "errors",
            "The server has received everything that is on this laptop.",
        ),
    ),
    "notice_needed": _Words(
        lambda: translate("errors", "Say whether a notice of the visit was left."),
        _nothing,
    ),
    "old_answer": _Words(
        lambda: translate("errors", "This answer is out of date"),
        lambda: translate(
            "errors",
            "The server was restored since it was written. Save to the stick once more and take it "
            "there again.",
        ),
    ),
    "old_sqlite": _Words(
        lambda: translate("errors", "This program is not installed completely"),
        lambda: translate("errors", "Tell your office: SQLite 3.51.3 or newer is needed."),
    ),
    "other_account": _Words(
        lambda: translate("errors", "This answer is for another officer"),
        lambda: translate(
            "errors",
            "Read it on that officer's laptop.",
        ),
    ),
    "read_only": _Words(
        lambda: translate("errors", "The family was given to another officer"),
        lambda: translate("errors", "Your draft is kept. Ask your supervisor."),
    ),
    "readonly": _Words(
        lambda: translate("errors", "This question cannot be answered by hand"),
        _nothing,
    ),
    "reason_needed": _Words(
        lambda: translate("errors", "A reason is needed"),
        lambda: translate("errors", "Say why."),
    ),
    "refusal_reason_needed": _Words(
        lambda: translate("errors", "Choose at least one reason."),
        _nothing,
    ),
    "frozen": _Words(
        lambda: translate("errors", "The office has frozen this laptop"),
        lambda: translate(
            "errors",
            "Drafts can be finished, and what is finished is sent. Nothing new can be begun: ask "
            "your supervisor.",
        ),
    ),
    "sealed_file": _Words(
        lambda: translate("errors", "A sealed photo of this laptop could not be read"),
        lambda: translate(
            "errors",
            "Do it once more: it is made anew from the laptop's data, or reported as missing.",
        ),
    ),
    "upgrade_needed": _Words(
        lambda: translate("errors", "This program is too old for the server"),
        lambda: translate(
            "errors",
            "Your work is still sent, but nothing new arrives. Install the newer program; it "
            "keeps all your data.",
        ),
    ),
    "not_ordered": _Words(
        lambda: translate("errors", "Nothing was deleted"),
        lambda: translate("errors", "The office has not ordered this. Your work goes on."),
    ),
    "revoked": _Words(
        lambda: translate("errors", "This account is closed"),
        lambda: translate("errors", "Your recorded work is still sent. Ask your office."),
    ),
    **dict.fromkeys(
        ("no_space", "server_busy", "stopping", "store_fault"),
        _Words(
            lambda: translate("errors", "The server cannot answer now"),
            lambda: translate("errors", "It is tried again by itself."),
            is_calm=True,
        ),
    ),
    "session_expired": _Words(
        lambda: translate("errors", "The connection took too long"),
        lambda: translate("errors", "It is tried again by itself."),
        is_calm=True,
    ),
    "shelf_full": _Words(
        lambda: translate("errors", "This laptop carries as much for others as it can"),
        lambda: translate(
            "errors",
            "Synchronise it first, then take more.",
        ),
    ),
    "short_passphrase": _Words(
        lambda: translate("errors", "The passphrase is too short"),
        lambda: translate("errors", "Choose several words."),
    ),
    "slow_down": _Words(
        lambda: translate("errors", "Too many wrong codes"),
        lambda: translate(
            "errors",
            "Wait a minute, then try again.",
        ),
    ),
    "stick_failed": _Words(
        lambda: translate("errors", "The file could not be written or read whole"),
        lambda: translate(
            "errors",
            "The stick was taken out or is damaged. Try again or take another one; nothing "
            "changed on this laptop.",
        ),
    ),
    "stick_full": _Words(
        lambda: translate("errors", "There is not enough room on the stick"),
        lambda: translate(
            "errors",
            "Make room on it or take another one. Nothing changed on this laptop.",
        ),
    ),
    "times_reversed": _Words(
        lambda: translate("errors", "The visit ends before it starts."),
        _nothing,
    ),
    "unknown_device": _Words(
        lambda: translate("errors", "The server does not know this laptop"),
        lambda: translate(
            "errors",
            "Ask your supervisor for a new code and enrol again. Your recorded work is kept.",
        ),
    ),
    "visit_over": _Words(
        lambda: translate("errors", "This took too long"),
        lambda: translate(
            "errors",
            "Begin again. Nothing is lost.",
        ),
    ),
    "upgrade_failed": _Words(
        lambda: translate("errors", "This version could not take over your data"),
        lambda: translate(
            "errors",
            "Nothing was changed and nothing is lost. Tell your office: it installs the version "
            "before.",
        ),
    ),
    "wait": _Words(
        lambda: translate("errors", "Too many wrong tries"),
        lambda: translate("errors", "Wait a little, then try again."),
    ),
    "wrong_code": _Words(
        lambda: translate("errors", "The code is not the one on the supervisor's screen"),
        lambda: translate(
            "errors",
            "Type it again. A new one is shown each time the supervisor switches on.",
        ),
    ),
    "wrong_passphrase": _Words(
        lambda: translate("errors", "The passphrase is not right"),
        lambda: translate(
            "errors", "Check capital letters and the keyboard layout, then try again."
        ),
    ),
    "wrong_relay": _Words(
        lambda: translate("errors", "Another laptop answers in the supervisor's place"),
        lambda: translate(
            "errors",
            "Nothing was handed over. Compare address and code with your supervisor's screen.",
        ),
    ),
}
