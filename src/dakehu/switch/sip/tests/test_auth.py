"""Digest: the RFCs' own examples, nonces, replays, and headers that are anything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dakehu.switch.sip import (
    Algorithm,
    Authenticated,
    Authenticator,
    Challenge,
    Challenged,
    Credentials,
    Malformed,
    NonceMint,
    RecentCounts,
    Request,
    ha1,
)
from dakehu.switch.sip.auth import NonceState

REALM = "centrex.example"
PASSWORDS = {"8001": "secret", "王": "密码"}


def test_example_of_rfc_2617() -> None:
    found = Credentials.parse(
        'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",'
        ' uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b",'
        ' response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    assert found is not None
    secret = ha1("Mufasa", "testrealm@host.com", "Circle Of Life")
    assert secret == "939e7578ed9e3c518a452acee763bce9"
    assert found.expected(secret, "GET") == found.response


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        (Algorithm.MD5, "8ca523f5e9506fed4657c9700eebdbec"),
        (Algorithm.SHA256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_example_of_rfc_7616(algorithm: Algorithm, response: str) -> None:
    found = Credentials(
        username="Mufasa",
        realm="http-auth@example.org",
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        uri="/dir/index.html",
        response=response,
        algorithm=algorithm,
        qop="auth",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        count="00000001",
    )
    assert found.expected(ha1("Mufasa", found.realm, "Circle of Life", algorithm), "GET") == response
    assert Credentials.parse(str(found)) == found


def test_without_qop_as_rfc_2069() -> None:
    found = Credentials("a", "r", "n", "sip:x", "")
    text = f"{ha1('a', 'r', 'p')}:n:{Algorithm.MD5.hash('REGISTER:sip:x')}"
    assert found.expected(ha1("a", "r", "p"), "REGISTER") == Algorithm.MD5.hash(text)


class Desk:
    """A guard and the telephones' side of it."""

    def __init__(self) -> None:
        self.guard = Authenticator(REALM, NonceMint(b"key", lifetime_s=300), RecentCounts())
        self.asked: list[tuple[str, Algorithm]] = []

    def secret_of(self, username: str, algorithm: Algorithm) -> str | None:
        self.asked.append((username, algorithm))
        password = PASSWORDS.get(username)
        return None if password is None else ha1(username, REALM, password, algorithm)

    def check(self, request: Request, now: float = 1000.0) -> Authenticated | Challenged:
        return self.guard.check(request, self.secret_of, now)

    def challenge(self, now: float = 1000.0) -> Challenge:
        first = self.check(_register(), now)
        assert isinstance(first, Challenged)
        parsed = Challenge.parse(first.headers()[0][1])
        assert parsed is not None
        return parsed


def _register(credentials: Credentials | str | None = None) -> Request:
    headers = [] if credentials is None else [("Authorization", str(credentials))]
    return Request.build("REGISTER", "sip:centrex.example", headers)


def _answer(
    challenge: Challenge, username: str = "8001", password: str = PASSWORDS["8001"], count: int = 1
) -> Credentials:
    return challenge.answer(_register(), username, password, cnonce="c", count=count)


def test_first_challenge_offers_the_better_algorithm_first() -> None:
    challenged = Desk().check(_register())
    assert isinstance(challenged, Challenged)
    assert [challenge.algorithm for challenge in challenged.challenges] == [Algorithm.SHA256, Algorithm.MD5]
    assert (challenged.username, challenged.stale) == ("", False)
    assert [name for name, _ in challenged.headers("Proxy-Authenticate")] == ["Proxy-Authenticate"] * 2


@pytest.mark.parametrize("username", ["8001", "王"])
@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_right_password(username: str, algorithm: Algorithm) -> None:
    desk = Desk()
    challenge = replace(desk.challenge(), algorithm=algorithm)
    request = _register(_answer(challenge, username, PASSWORDS[username]))
    assert desk.check(request) == Authenticated(username)
    assert desk.asked == [(username, algorithm)]


@pytest.mark.parametrize(("username", "password"), [("8001", "wrong"), ("nobody", "secret")])
def test_wrong_password(username: str, password: str) -> None:
    desk = Desk()
    verdict = desk.check(_register(_answer(desk.challenge(), username, password)))
    assert isinstance(verdict, Challenged)
    assert (verdict.username, verdict.stale) == (username, False)


def test_response_is_bound_to_method_and_uri() -> None:
    desk = Desk()
    answer = _answer(desk.challenge())
    for request in (
        Request.build("INVITE", "sip:centrex.example", [("Authorization", str(answer))]),
        _register(replace(answer, uri="sip:other")),
    ):
        assert isinstance(desk.check(request), Challenged)


def test_old_nonce_is_stale_not_wrong() -> None:
    desk = Desk()
    verdict = desk.check(_register(_answer(desk.challenge())), 1301.0)
    assert isinstance(verdict, Challenged)
    assert verdict.stale
    assert str(verdict.challenges[0]).endswith("stale=true")
    fresh = Challenge.parse(str(verdict.challenges[0]))
    assert fresh is not None
    assert desk.check(_register(_answer(fresh)), 1302.0) == Authenticated("8001")


def test_foreign_nonce_is_stale_too() -> None:
    desk = Desk()
    foreign = replace(desk.challenge(), nonce=NonceMint(b"other").make(1000.0))
    verdict = desk.check(_register(_answer(foreign)))
    assert isinstance(verdict, Challenged)
    assert verdict.stale


def test_replay_is_refused_and_a_rising_count_is_not() -> None:
    desk = Desk()
    challenge = desk.challenge()
    assert desk.check(_register(_answer(challenge, count=1))) == Authenticated("8001")
    assert isinstance(desk.check(_register(_answer(challenge, count=1))), Challenged)
    assert desk.check(_register(_answer(challenge, count=2))) == Authenticated("8001")
    assert desk.check(_register(_answer(challenge, count=10))) == Authenticated("8001")
    assert isinstance(desk.check(_register(_answer(challenge, count=9))), Challenged)


def test_without_qop_a_nonce_is_good_once() -> None:
    desk = Desk()
    old = replace(desk.challenge(), qop="")
    request = _register(_answer(old))
    assert desk.check(request) == Authenticated("8001")
    assert isinstance(desk.check(request), Challenged)


@pytest.mark.parametrize(
    "header",
    [
        "Basic Zm9v",
        "NoOneKnowsThisScheme opaque-data=here",
        'Digest username="a", realm="other", nonce="n", uri="u", response="r"',
        f'Digest username="a", realm="{REALM}", nonce="n", uri="u", response="r", algorithm=SHA-512-256',
    ],
)
def test_headers_that_are_not_for_us(header: str) -> None:
    desk = Desk()
    verdict = desk.check(_register(header))
    assert isinstance(verdict, Challenged)
    assert verdict.username == ""
    assert desk.asked == []


@pytest.mark.parametrize(
    "header",
    [
        "Digest",
        "Digest username",
        'Digest username="a"',
        'Digest username="a", username="b"',
        'Digest username="a',
        f'Digest username="8001", realm="{REALM}", nonce="n", uri="u", response="r", qop=auth-int',
    ],
)
def test_headers_that_cant_be_read(header: str) -> None:
    with pytest.raises(Malformed):
        Desk().check(_register(header))


@pytest.mark.parametrize("count", ["", "1", "0000000g", "000000001", "-0000001"])
def test_counts_that_cant_be_read(count: str) -> None:
    desk = Desk()
    bare = replace(_answer(desk.challenge()), count=count)
    right = replace(bare, response=bare.expected(ha1("8001", REALM, "secret", bare.algorithm), "REGISTER"))
    with pytest.raises(Malformed):
        desk.check(_register(right))


@given(st.text(max_size=120))
def test_any_header_text(text: str) -> None:
    for parse in (Credentials.parse, Challenge.parse):
        for value in (text, f"Digest {text}"):
            try:
                parse(value)
            except Malformed:
                continue


def test_nonces() -> None:
    mint = NonceMint(b"key", lifetime_s=300)
    nonce = mint.make(1000.9, "salt")
    assert mint.make(1000.9, "other") != nonce
    for now, state in [(999, "fresh"), (1300, "fresh"), (1301, "stale"), (900, "stale")]:
        assert mint.state(nonce, now) == NonceState(state)
    for forged in ("", ".", "..", nonce[:-1], "x" + nonce, nonce.replace("3e8", "3e9"), "é.é.é"):
        assert mint.state(forged, 1000) is NonceState.FOREIGN
    assert NonceMint(b"key2").state(nonce, 1000) is NonceState.FOREIGN


def test_counts_are_bounded() -> None:
    counts = RecentCounts(limit=2)
    assert all(counts.advance(nonce, 5) for nonce in "abc")
    assert counts.advance("a", 1)  # forgotten
    assert not counts.advance("c", 5)


def test_challenges_that_a_client_cant_answer() -> None:
    assert Challenge.parse("Basic realm=x") is None
    assert Challenge.parse('Digest realm="r", nonce="n", algorithm=AKAv1-MD5') is None
    assert Challenge.parse('Digest realm="r", nonce="n", qop="auth-int"') is None
    both = Challenge.parse('Digest realm="r", nonce="n", qop="auth-int,auth", opaque="o", stale=TRUE')
    assert both == Challenge("r", "n", opaque="o", stale=True)
    assert Challenge.parse(str(both)) == both
