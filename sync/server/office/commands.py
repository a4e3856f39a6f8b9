"""The office's commands: their options, and their results in words and as facts."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from enumerator.errors import KnownError
from enumerator.store.command import KINDS
from sync.server import accounts, commanding, escrowing, leasing
from sync.server.office import (
    assigning,
    backing_up,
    bundles,
    exporting,
    frame,
    laptops,
    ordering,
    responses,
    sealed,
)
from sync.server.office.frame_commands import add_frame_commands
from sync.server.office.outcome import SHOWN_FAULTS, Outcome
from sync.server.office.reading import Faults
from sync.server.operation import Operation
from sync.server.store import Account

Command = Callable[[Operation, argparse.Namespace], Outcome]
Commands = argparse._SubParsersAction  # the type that add_subparsers returns has no public name


def add_commands(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _add(commands, "publish", _publish, "put a questionnaire in force")
    one.add_argument("form", type=Path, help="XLSForm (.xlsx) or XForm (.xml)")
    one.add_argument("--media", type=Path, nargs="+", default=[], help="files or folders")
    one = _add(commands, "load-areas", _load_areas, "load provinces to villages")
    one.add_argument("areas", type=Path, help="CSV: code, name, level, parent")
    one.add_argument("--report", type=Path, help="write every fault to this JSON file")
    one = _add(commands, "load-frame", _load_frame, "load or update families and members")
    one.add_argument("families", type=Path, help="CSV, columns as prelist_keluarga.csv")
    one.add_argument("members", type=Path, help="CSV, columns as prelist_anggota.csv")
    one.add_argument("--report", type=Path, help="write every fault to this JSON file")
    one = _add(commands, "load-responses", _load_responses, "load self-responses")
    one.add_argument(
        "responses",
        type=Path,
        help="CSV: no_kk, nik, status, submitted_at; partial "
        "answers in columns named by their question, /data/…",
    )
    one.add_argument("--report", type=Path, help="write every fault to this JSON file")
    one = _add(commands, "add-supervisor", _add_supervisor, "make an account; prints its code")
    one.add_argument("--login", required=True)
    one.add_argument("--name", required=True)
    one = _add(commands, "add-officer", _add_officer, "make an account; prints its code")
    one.add_argument("--login", required=True)
    one.add_argument("--name", required=True)
    one.add_argument("--supervisor", required=True, help="the supervisor's login")
    one = _add(commands, "issue-code", _issue_code, "another one-time code: a new laptop")
    one.add_argument("--login", required=True)
    one = _add(commands, "revoke", _revoke, "close an account: no more downloads")
    one.add_argument("--login", required=True)
    _add_ordering(commands)
    _add_assign(commands)
    add_frame_commands(partial(_add, commands))
    one = _add(commands, "export", _export, "write families and interviews as files")
    one.add_argument("--out", type=Path, required=True, help="an empty folder")
    one.add_argument("--identified", action="store_true", help="with NIK and No. KK unmasked")
    one = _add(commands, "backup", _backup, "copy the operation into an empty folder")
    one.add_argument("--out", type=Path, required=True, help="an empty folder")
    one = _add(commands, "take-sealed", _take_sealed, "take a lost laptop's sealed files")
    one.add_argument("spool", type=Path, help="folder with *.sealed, copied from the laptop")
    one = _add(commands, "take-bundle", _take_bundle, "take bundles; writes the answer files")
    one.add_argument("bundles", type=Path, nargs="+", metavar="FILE", help="*.bundle of laptops")
    one.add_argument("--out", type=Path, help="folder for the answers; else beside each bundle")
    _add(commands, "status", _status, "counts, always as JSON").set_defaults(json=True)


def _add(
    commands: Commands[argparse.ArgumentParser], name: str, run: Command, summary: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print the result as JSON"
    )
    parser.set_defaults(run=run)
    return parser


def _add_assign(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _add(commands, "assign", _assign, "give families to officers")
    who = one.add_mutually_exclusive_group(required=True)
    who.add_argument("--officer", help="login of the one who gets them all")
    who.add_argument("--even", help="logins with commas between: an equal stretch for each")
    what = one.add_mutually_exclusive_group(required=True)
    what.add_argument("--village", nargs="+", metavar="CODE", help="all families of villages")
    what.add_argument("--all-of", metavar="CODE", help="all families of any area")
    what.add_argument("--families", type=Path, metavar="FILE", help="CSV with id_keluarga")
    one.add_argument("--move", action="store_true", help="also those of other officers")
    one.add_argument("--reason", default="", help="kept with the assignment")


def _add_ordering(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _add(commands, "command", _command, "tell an account's laptops what to do")
    one.add_argument("login")
    one.add_argument("kind", choices=KINDS)
    one.add_argument("--reason", default="", help="shown on the laptop")
    one.add_argument("--device", default="", metavar="ID", help="only this laptop of the account")
    one.add_argument(
        "--from-sequence",
        type=int,
        default=0,
        metavar="N",
        help="resend: from this envelope on; without it everything",
    )
    one = _add(commands, "extend-lease", _extend_lease, "a code that opens a laptop offline")
    one.add_argument("login")
    one.add_argument("challenge", help="what the laptop shows")
    one.add_argument("--days", type=int, default=leasing.DEFAULT_DAYS, help="%(default)s")
    one.add_argument("--device", default="", metavar="ID", help="only this laptop of the account")
    one = _add(commands, "recover", _recover, "let an officer in who forgot the passphrase")
    one.add_argument("login")
    one.add_argument("--output", type=Path, required=True, metavar="FILE", help="for the laptop")
    one.add_argument(
        "--laptop", default="", metavar="NUMBER", help="which one shows it; where there are several"
    )
    one.add_argument("--days", type=int, default=escrowing.DEFAULT_DAYS, help="%(default)s")
    one = _add(commands, "laptops", _laptops, "how each laptop stands, those in trouble first")
    one.add_argument("--login", help="of this account only")
    one = _add(commands, "audit", _audit, "who was let in again, by whom, and when")
    one.add_argument("--login", help="of this account only")
    one = _add(commands, "commands", _commands, "commands: issued, delivered, acknowledged")
    one.add_argument("--login", help="of this account only")


def _publish(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    from sync.server import publishing  # the engine, which no other command needs

    done = publishing.publish(operation, arguments.form, arguments.media)
    lines = [f"warning: {text}" for text in done.warnings]
    lines.append(
        f"{done.form_id} version {done.version} "
        + ("was in force already." if done.is_unchanged else "is in force now.")
    )
    return Outcome(lines, asdict(done))


def _load_areas(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    done = frame.load_areas(operation, arguments.areas)
    facts = {"rows": done.rows, "changed": done.changed, **done.faults.to_report()}
    words = f"{done.rows} rows, {done.changed} areas new or changed"
    return _loaded(arguments, done.faults, words, facts)


def _load_frame(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    done = frame.load_frame(operation, arguments.families, arguments.members)
    change = done.change
    words = "nothing changed: everything was loaded before"
    if done.is_unchanged and done.faults.error_count:
        words = "nothing was loaded: see the rejected rows"
    elif not done.is_unchanged:
        words = (
            f"families: {change.families_new} new, {change.families_changed} changed, "
            f"{change.families_same} as before; members: {change.members_new} new, "
            f"{change.members_changed} changed, {change.members_same} as before, "
            f"{change.members_gone} gone; {done.shown_again} cases go to officers again"
        )
    return _loaded(arguments, done.faults, words, done.to_report())


def _load_responses(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    done = responses.load_responses(operation, arguments.responses)
    words = (
        f"{done.rows} rows: {done.complete} complete, {done.partial} partial, "
        f"{done.unchanged} without news; {done.after_interview} came after an interview"
    )
    return _loaded(arguments, done.faults, words, done.to_report())


def _loaded(
    arguments: argparse.Namespace, faults: Faults, words: str, facts: dict[str, Any]
) -> Outcome:
    """The common end of the loading commands; status 1 when rows were rejected."""
    lines = [fault.text for fault in faults.kept[:SHOWN_FAULTS]]
    left_out = faults.error_count + faults.warning_count - len(lines)
    if left_out > 0:
        lines.append(f"… and {left_out} more; --report FILE writes them down")
    if arguments.report is not None:
        try:
            arguments.report.write_text(
                json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
            )
        except OSError as error:
            raise KnownError(
                "bad_report",
                f"The rows are loaded, but the report {arguments.report} cannot be written "
                f"({error.strerror}).",
            ) from error
    lines.append(f"{faults.error_count} rows rejected, {faults.warning_count} warnings")
    lines.append(words)
    return Outcome(lines, facts, 1 if faults.error_count else 0)


def _add_supervisor(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    return _coded(
        *accounts.add_account(
            operation, login=arguments.login, name=arguments.name, role="supervisor"
        )
    )


def _add_officer(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    return _coded(
        *accounts.add_account(
            operation,
            login=arguments.login,
            name=arguments.name,
            role="officer",
            supervisor=arguments.supervisor,
        )
    )


def _issue_code(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    return _coded(*accounts.issue_code(operation, arguments.login))


def _coded(account: Account, code: str) -> Outcome:
    days = accounts.CODE_LIFE.days
    lines = [
        f"{account.role} {account.login}: enrolment code {code}",
        f"It works once, within {days} days. It is not shown again.",
    ]
    facts = {
        "account_id": account.account_id,
        "login": account.login,
        "role": account.role,
        "code": code,
        "valid_days": days,
    }
    return Outcome(lines, facts)


def _revoke(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    account = accounts.revoke(operation, arguments.login)
    lines = [
        f"{account.login} is closed: no more downloads; what it still sends is held in quarantine."
    ]
    return Outcome(lines, {"account_id": account.account_id, "login": account.login})


def _assign(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    logins = [arguments.officer] if arguments.officer else arguments.even.split(",")
    officers = assigning.find_officers(operation, logins)
    if arguments.families is not None:
        families = assigning.families_named_in(arguments.families)
    else:
        families = assigning.families_in(operation, arguments.village or [arguments.all_of])
    done = assigning.assign(
        operation, officers, families, move=arguments.move, reason=arguments.reason
    )
    lines = [f"{login}: {count} families" for login, count in done.by_login.items()]
    if done.already:
        lines.append(f"{done.already} were theirs before")
    if done.with_others:
        lines.append(f"{done.with_others} stay with other officers; --move takes them over")
    if done.off_the_frame:
        lines.append(f"{done.off_the_frame} are off the frame and are given to nobody")
    if done.answered_online:
        lines.append(f"{done.answered_online} answered online and are given to nobody")
    lines += [f"unknown family {family_id}" for family_id in done.unknown[:SHOWN_FAULTS]]
    return Outcome(lines, done.to_report(), 1 if done.unknown else 0)


def _export(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    done = exporting.export(operation, arguments.out, identified=arguments.identified)
    lines = [f"{done.families} families and {done.interviews} interviews in {arguments.out}"]
    if done.media_missing:
        lines.append(f"{done.media_missing} photos and sounds have not come yet")
    if not arguments.identified and done.media_held:
        lines.append(f"{done.media_held} photos and sounds stay out without --identified")
    return Outcome(lines, asdict(done) | {"out": str(arguments.out)})


def _backup(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    point = backing_up.back_up(operation, arguments.folder, arguments.out)
    lines = [f"Everything up to point {point} is in {arguments.out}"]
    return Outcome(lines, {"point": point, "out": str(arguments.out)})


def _command(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    rows = commanding.issue(
        operation,
        arguments.login,
        arguments.kind,
        reason=arguments.reason,
        from_sequence=arguments.from_sequence,
        device_id=arguments.device,
    )
    given = ordering.as_ordered(rows, {row.account_id: arguments.login for row in rows})
    lines = [f"{one.command} for laptop {one.device_id}: {one.command_id}" for one in given]
    lines.append("It reaches a laptop with its next synchronisation; see: commands")
    return Outcome(lines, {"commands": [asdict(one) for one in given]})


def _commands(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    ordered = ordering.all_ordered(operation, arguments.login)
    return Outcome(
        [one.line for one in ordered] or ["No commands were given."],
        {"commands": [asdict(one) for one in ordered]},
    )


def _extend_lease(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    codes = leasing.extend(
        operation,
        arguments.login,
        arguments.challenge,
        arguments.days,
        arguments.device,
        _user(),
    )
    lines = [f"laptop {device}: {code}" for device, code in codes.items()]
    lines.append(f"Good once, on the laptop that shows this challenge, for {arguments.days} days.")
    facts = {"login": arguments.login, "days": arguments.days, "codes": codes}
    return Outcome(lines, facts)


def _recover(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    done = escrowing.recover(
        operation,
        arguments.login,
        arguments.output,
        days=arguments.days,
        laptop=arguments.laptop,
        by_user=_user(),
    )
    lines = [
        f"{arguments.output}: for laptop {done.laptop} of {arguments.login}, and for no other.",
        f"Code, to be read out to nobody but {arguments.login}: {done.code}",
        f"Good once, until {done.expires_at}. The code is not shown again.",
        "Delete the file when the officer is in.",
    ]
    return Outcome(lines, asdict(done) | {"output": str(arguments.output)})


def _audit(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    done = ordering.all_acts(operation, arguments.login)
    return Outcome(
        [one.line for one in done] or ["Nobody was let in again."],
        {"acts": [asdict(one) for one in done]},
    )


def _laptops(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    found = laptops.all_laptops(operation, arguments.login)
    troubled = sum(bool(one.troubles) for one in found)
    lines = laptops.table(found) if found else ["No laptop was enrolled."]
    if troubled:
        lines.append(f"{troubled} of {len(found)} need somebody: those marked with !")
    return Outcome(lines, {"laptops": [asdict(one) for one in found]})


def _user() -> str:
    """Whose command this is, as the operating system says."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a number without a name, as in a container
        return ""


def _take_sealed(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    done = sealed.take_sealed(operation, arguments.spool)
    lines = [f"unreadable: {name}" for name in done.unreadable[:SHOWN_FAULTS]]
    lines += [f"{status}: {count}" for status, count in sorted(done.by_status.items())]
    if done.media:
        lines.append(f"photos and sounds held: {done.media}")
    lines.append(f"{done.files} sealed files, {len(done.unreadable)} unreadable")
    left = len(done.unreadable) + done.by_status.get("retry", 0)
    return Outcome(lines, asdict(done), 1 if left else 0)


def _take_bundle(operation: Operation, arguments: argparse.Namespace) -> Outcome:
    done = bundles.take_bundles(operation, arguments.bundles, arguments.out)
    lines = [line for one in done for line in one.lines()]
    facts = {"bundles": [asdict(one) for one in done]}
    return Outcome(lines, facts, 0 if all(one.is_whole for one in done) else 1)


def _status(operation: Operation, _arguments: argparse.Namespace) -> Outcome:
    with operation.store.reading() as transaction:
        people = transaction.accounts.all()
        forms = transaction.questionnaires.in_force()
        facts = {
            **transaction.cases.counts(),
            **transaction.media.counts(),
            "envelopes": transaction.envelopes.count_by_status(),
            "kinds": transaction.envelopes.count_by_kind(),
            "quarantined": transaction.envelopes.count_by_reason(),
            "officers": sum(one.role == "officer" and not one.revoked for one in people),
            "accounts": sorted(one.login for one in people),
            "supervisors": sum(one.role == "supervisor" and not one.revoked for one in people),
            "forms": [{"form_id": form.form_id, "version": form.version} for form in forms],
            "point": transaction.last_point(),
            "safe_point": transaction.fact("safe_point") or 0,
            "lineage": operation.lineage,
        }
    return Outcome([], facts)
