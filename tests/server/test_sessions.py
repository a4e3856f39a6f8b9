"""Sessions: a signed nonce, a short token, and what revocation and lost replies do."""

from __future__ import annotations

import base64

import msgspec
import pytest
from nacl.signing import SigningKey

from enumerator.errors import KnownError
from sync.protocol import EnrolRequest
from sync.server import accounts
from sync.server.sessions import Sessions
from tests.server.places import Place, family_id


@pytest.fixture
def sessions(place: Place) -> Sessions:
    return Sessions(place.operation)


def _code_of(error: pytest.ExceptionInfo[KnownError]) -> str:
    return error.value.code


def test_signed_nonce_opens_a_session(place: Place, sessions: Sessions) -> None:
    nonce = sessions.challenge(place.one.device_id)

    reply = sessions.hello(place.one.hello(nonce))

    caller = sessions.caller(f"Bearer {reply.token}")
    assert caller.account.login == "ppl-01"
    assert (reply.verdict, reply.common_sequence, reply.expires_s) == ("ok", 0, 900)


def test_callers_are_told_apart_in_the_order_in_which_they_were_asked(
    place: Place, sessions: Sessions
) -> None:
    tokens = [
        sessions.hello(laptop.hello(sessions.challenge(laptop.device_id))).token
        for laptop in (place.two, place.one, place.supervisor)
    ]
    accounts.revoke(place.operation, "ppl-01")
    own_key = place.operation.store.callers(
        [(place.two.device_id, place.two.account_id), (place.two.device_id, "nobody")]
    )

    found = sessions.callers([f"Bearer {token}" for token in ("nobody's", *tokens, tokens[0])])

    assert [None if one is None else (one.account.login, one.is_revoked) for one in found] == [
        None,
        ("ppl-02", False),
        ("ppl-01", True),
        ("pml-01", False),
        ("ppl-02", False),
    ]
    assert own_key[1] is None
    assert own_key[0] is not None
    assert own_key[0].device.account_key == (SigningKey(place.two.account_seed).verify_key.encode())
    assert sessions.callers(["", "Bearer"]) == [None, None]


def test_nonce_works_once(place: Place, sessions: Sessions) -> None:
    hello = place.one.hello(sessions.challenge(place.one.device_id))
    sessions.hello(hello)

    with pytest.raises(KnownError) as error:
        sessions.hello(hello)

    assert _code_of(error) == "bad_nonce"


def test_nonce_expires(place: Place, sessions: Sessions) -> None:
    hello = place.one.hello(sessions.challenge(place.one.device_id))
    place.clock.advance(minutes=2)

    with pytest.raises(KnownError) as error:
        sessions.hello(hello)

    assert _code_of(error) == "bad_nonce"


def test_used_nonce_is_refused_when_the_server_was_restarted_meanwhile(
    place: Place, sessions: Sessions
) -> None:
    hello = place.one.hello(sessions.challenge(place.one.device_id))
    sessions.hello(hello)

    with pytest.raises(KnownError) as error:
        Sessions(place.operation).hello(hello)

    assert _code_of(error) == "bad_nonce"


def test_nonce_is_refused_when_it_was_given_to_another(place: Place, sessions: Sessions) -> None:
    nonce = sessions.challenge(place.two.device_id)

    with pytest.raises(KnownError) as error:
        sessions.hello(place.one.hello(nonce))

    assert _code_of(error) == "bad_nonce"


def test_forged_nonce_is_refused(place: Place, sessions: Sessions) -> None:
    nonce = bytearray(sessions.challenge(place.one.device_id))
    nonce[5] ^= 1

    with pytest.raises(KnownError) as error:
        sessions.hello(place.one.hello(bytes(nonce)))

    assert _code_of(error) == "bad_nonce"


def test_hello_is_refused_when_anything_in_it_was_changed(place: Place, sessions: Sessions) -> None:
    hello = place.one.hello(sessions.challenge(place.one.device_id))

    with pytest.raises(KnownError) as error:
        sessions.hello(msgspec.structs.replace(hello, chain_length=7))

    assert _code_of(error) == "bad_signature"


def test_hello_is_refused_when_another_account_signs(place: Place, sessions: Sessions) -> None:
    nonce = sessions.challenge(place.two.device_id)
    forged = place.one.hello(nonce, device_id=place.two.device_id, account_id=place.two.account_id)

    with pytest.raises(KnownError) as error:
        sessions.hello(forged)

    assert _code_of(error) == "bad_signature"


def test_token_expires_after_fifteen_minutes(place: Place, sessions: Sessions) -> None:
    reply = sessions.hello(place.one.hello(sessions.challenge(place.one.device_id)))
    place.clock.advance(minutes=14, seconds=59)
    assert sessions.caller(f"Bearer {reply.token}").account.login == "ppl-01"
    place.clock.advance(seconds=1)

    with pytest.raises(KnownError) as error:
        sessions.caller(f"Bearer {reply.token}")

    assert _code_of(error) == "session_expired"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Bearer ÿ"])
def test_token_is_refused_when_it_is_not_ours(sessions: Sessions, header: str) -> None:
    with pytest.raises(KnownError) as error:
        sessions.caller(header)

    assert _code_of(error) == "session_expired"


def test_token_is_refused_when_it_was_altered(place: Place, sessions: Sessions) -> None:
    reply = sessions.hello(place.one.hello(sessions.challenge(place.one.device_id)))
    raw = base64.urlsafe_b64decode(reply.token)
    forged = raw.replace(place.one.account_id.encode(), place.two.account_id.encode())
    assert forged != raw

    with pytest.raises(KnownError) as error:
        sessions.caller(f"Bearer {base64.urlsafe_b64encode(forged).decode()}")

    assert _code_of(error) == "session_expired"


def test_nonce_is_no_token(place: Place, sessions: Sessions) -> None:
    nonce = base64.urlsafe_b64encode(sessions.challenge(place.one.device_id)).decode()

    with pytest.raises(KnownError) as error:
        sessions.caller(f"Bearer {nonce}")

    assert _code_of(error) == "session_expired"


def test_revocation_counts_at_once_in_a_running_session(place: Place, sessions: Sessions) -> None:
    reply = sessions.hello(place.one.hello(sessions.challenge(place.one.device_id)))

    accounts.revoke(place.operation, "ppl-01")

    assert sessions.caller(f"Bearer {reply.token}").is_revoked
    again = sessions.hello(place.one.hello(sessions.challenge(place.one.device_id)))
    assert again.forms == []


def test_verdict_is_behind_when_the_server_lacks_what_was_received(
    place: Place, sessions: Sessions
) -> None:
    place.one.push(place.one.visit(1))
    place.one.seal("note", b"\x80")
    lost = place.one.hello(sessions.challenge(place.one.device_id), pending=0)

    reply = sessions.hello(lost)

    assert (reply.verdict, reply.common_sequence) == ("behind", 1)


def test_verdict_is_ok_when_one_was_set_aside(place: Place, sessions: Sessions) -> None:
    first, _, third = (place.one.visit(number) for number in (1, 2, 3))
    place.one.push(first, third)

    reply = sessions.hello(place.one.hello(sessions.challenge(place.one.device_id), pending=1))

    assert (reply.verdict, reply.common_sequence) == ("ok", 1)


def test_verdict_is_fork_when_the_server_knows_more_than_the_laptop(
    place: Place, sessions: Sessions
) -> None:
    place.one.push(place.one.visit(1), place.one.visit(2))

    nonce = sessions.challenge(place.one.device_id)
    reply = sessions.hello(place.one.hello(nonce, chain_length=1, chain_head=b"x" * 32))

    assert reply.verdict == "fork"


def test_verdict_is_fork_when_two_envelopes_claim_one_place(
    place: Place, sessions: Sessions
) -> None:
    place.one.push(place.one.visit(1))
    place.one.sequence, place.one.previous = 0, b""
    place.one.push(place.one.visit(2))

    reply = sessions.hello(place.one.hello(sessions.challenge(place.one.device_id)))

    assert reply.verdict == "fork"
    assert place.rows("SELECT count(*) FROM visit") == [(2,)]


def _request(code: str, seed: bytes = b"k" * 32) -> EnrolRequest:
    public = SigningKey(seed).verify_key.encode()
    return EnrolRequest(code=code, device_public_key=public, account_public_key=public)


def _new_code(place: Place) -> str:
    _, code = accounts.issue_code(place.operation, "ppl-01")
    return code


def test_enrolling_again_with_the_same_keys_gets_an_equal_reply(place: Place) -> None:
    code = _new_code(place)
    first = accounts.enrol(place.operation, _request(code))
    place.clock.advance(days=3)

    assert accounts.enrol(place.operation, _request(code)) == first
    assert place.rows("SELECT count(*) FROM device WHERE account_id = ?", first.account_id) == [
        (2,)
    ]


def test_code_is_refused_when_other_keys_used_it(place: Place) -> None:
    code = _new_code(place)
    accounts.enrol(place.operation, _request(code))

    with pytest.raises(KnownError) as error:
        accounts.enrol(place.operation, _request(code, b"z" * 32))

    assert _code_of(error) == "code_used"


@pytest.mark.parametrize("days", [14, 400])
def test_code_expires_after_fourteen_days(place: Place, days: int) -> None:
    code = _new_code(place)
    place.clock.advance(days=days)

    with pytest.raises(KnownError) as error:
        accounts.enrol(place.operation, _request(code))

    assert _code_of(error) == "code_expired"


def test_code_may_be_typed_as_it_is_read(place: Place) -> None:
    code = _new_code(place)

    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert accounts.enrol(place.operation, _request(typed)).login == "ppl-01"


def test_code_stands_nowhere_in_the_database(place: Place) -> None:
    code = _new_code(place)

    files = list((place.root / "operation").iterdir())
    assert files
    for path in files:
        data = path.read_bytes()
        assert code.encode() not in data
        assert code.replace("-", "").encode() not in data


def test_contact_is_shown_to_the_supervisor_once_an_hour(place: Place, sessions: Sessions) -> None:
    def hello() -> int:
        sessions.hello(place.one.hello(sessions.challenge(place.one.device_id)))
        return place.supervisor.stream()[f"officer:{place.one.account_id}"].counter

    first = hello()
    place.clock.advance(minutes=20)
    assert hello() == first
    place.clock.advance(minutes=41)
    assert hello() > first


def test_second_laptop_of_an_officer_sees_the_same_list(place: Place) -> None:
    second = place.redeem("ppl-01", _new_code(place))

    assert second.live_families() == place.one.live_families()
    assert second.push_one(second.visit(1)).status == "stored"
    assert family_id(1) in second.live_families()


def test_chain_is_not_forked_when_another_laptop_uses_its_incarnation(place: Place) -> None:
    place.two.push(place.two.visit(4))
    intruder = place.one.visit(1, incarnation=place.two.incarnation, sequence=9)
    assert place.one.push_one(intruder).status == "stored"

    sessions = Sessions(place.operation)
    reply = sessions.hello(place.two.hello(sessions.challenge(place.two.device_id)))

    assert (reply.verdict, reply.common_sequence) == ("ok", 1)
