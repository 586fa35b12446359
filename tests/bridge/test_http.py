"""The real SDK over a wire that breaks: what is told, how often is sent, and that nothing shows the token."""

from __future__ import annotations

import datetime
import importlib.util
import ipaddress
import logging
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from asana_tbp.bridge.connections import CERTIFICATE_VARIABLES, Limits
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.bridge.retry import ANSWER_LOST_TRIES
from asana_tbp.bridge.values import Anchor
from asana_tbp.errors import (
    AnswerLost,
    AsanaError,
    NotAuthorised,
    NotFound,
    NotSent,
    PlanLimit,
    RateLimited,
    Refused,
)
from tests.bridge.wire import Reaction, Wire, answer, drop, hang, raw, reset
from tests.clock import HandClock
from tests.faulty.server import held_port
from tests.needs import need

TOKEN = "1/1200000000000000:s3cr3t-0123456789abcdef"
PROJECT = {"data": {"gid": "7", "name": "Midnight Galaxy", "workspace": {"gid": "1"}}}
ME = {"data": {"gid": "5", "name": "Ada", "email": "ada@band.test", "workspaces": []}}
EMPTY: dict[str, object] = {"data": {}}

Use = Callable[[Gateway], object]

CREATES: dict[str, Use] = {
    "project": lambda gateway: gateway.create_project("1", "Midnight Galaxy", "notes"),
    "section": lambda gateway: gateway.create_section("7", "Mixing", Anchor("8")),
    "task": lambda gateway: gateway.create_task("7", "8", "Write bassline (25m)", ""),
    "comment": lambda gateway: gateway.add_comment("9", "done"),
    # Somebody may have reopened, or completed, the task meanwhile: these are sent once as well.
    "completion": lambda gateway: gateway.set_completed("9", True, once=True),
    "reopening": lambda gateway: gateway.set_completed("9", False, once=True),
}
REPEATABLE: dict[str, Use] = {
    "me": lambda gateway: gateway.me(),
    "project": lambda gateway: gateway.project("7"),
    "projects": lambda gateway: list(gateway.projects("1")),
    "sections": lambda gateway: gateway.sections("7"),
    "tasks": lambda gateway: gateway.tasks("7"),
    "section tasks": lambda gateway: gateway.section_tasks("7", "8"),
    "task": lambda gateway: gateway.task("9"),
    "rename section": lambda gateway: gateway.rename_section("8", "Mixing"),
    "place section": lambda gateway: gateway.place_section("7", "8", Anchor("9", "before")),
    "place task": lambda gateway: gateway.place_task("7", "8", "9", None),
}
# One of each effect and shape, where every one of them would only take time.
SOME = {name: REPEATABLE[name] for name in ("me", "tasks", "place task")}
EVERYTHING = {f"create {name}": use for name, use in CREATES.items()} | REPEATABLE

LOST: dict[str, Reaction] = {
    "dropped": drop,
    "reset": reset,
    "cut in the head": raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "cut in the body": answer(200, b'{"data": {"gid": "7"', length=500),
    "no http": raw(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "endless header": raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"),
    "bad gzip": answer(200, b"not gzip", headers={"Content-Encoding": "gzip"}),
    "html": answer(200, b"<html>Please log in to the network</html>"),
    "empty": answer(200, b""),
    "no content": answer(204, b""),
    "null": answer(200, None),
    "number": answer(200, 7),
    "list": answer(200, []),
    "no data": answer(200, {"ok": True}),
    "other encoding": answer(200, b'{"data": {"gid": "\xff"}}'),
    "redirect": answer(302, b"", headers={"Location": "/login"}),
    "500": answer(500, {"errors": [{"message": "Server Error", "phrase": "6 sad squid snuggle softly"}]}),
    "502 html": answer(502, b"<html>Bad gateway</html>"),
    "503": answer(503, b""),
    "504": answer(504, b""),
}


HASTY = Limits(connect=0.2, silence=0.05)
"""Time-outs too short to notice."""


def connected(host: str, limits: Limits | None = None) -> tuple[Gateway, HandClock]:
    clock = HandClock()
    return Gateway(HttpTransport(host, TOKEN, clock, RateLimiter(clock, 1_000_000), limits)), clock


def told(gateway: Gateway, use: Use) -> AsanaError:
    with pytest.raises(AsanaError) as caught:
        use(gateway)
    error = caught.value
    assert "s3cr3t" not in f"{error!r} {error.sentence} {error.hint} {error.__cause__!r}"
    assert error.sentence.isprintable()
    return error


class TestAnswerLost:
    @pytest.mark.parametrize("reaction", LOST.values(), ids=LOST)
    @pytest.mark.parametrize("use", CREATES.values(), ids=CREATES)
    def test_a_create_is_sent_once(self, use: Use, reaction: Reaction) -> None:
        with Wire(reaction) as wire:
            gateway, _ = connected(wire.host)
            assert type(told(gateway, use)) is AnswerLost
            assert len(wire.requests) == 1

    @pytest.mark.parametrize("reaction", LOST.values(), ids=LOST)
    @pytest.mark.parametrize("use", SOME.values(), ids=SOME)
    def test_what_may_be_repeated_is(self, use: Use, reaction: Reaction) -> None:
        with Wire(reaction) as wire:
            gateway, _ = connected(wire.host)
            assert type(told(gateway, use)) is AnswerLost
            assert len(wire.requests) == ANSWER_LOST_TRIES

    @pytest.mark.parametrize("use", [CREATES["task"], *SOME.values()], ids=["create task", *SOME])
    def test_so_it_is_when_no_answer_comes_in_time(self, use: Use) -> None:
        with Wire(hang) as wire:
            gateway, _ = connected(wire.host, HASTY)
            assert type(told(gateway, use)) is AnswerLost
            assert len(wire.requests) == (1 if use in CREATES.values() else 2)

    def test_it_goes_on_once_the_wire_is_whole_again(self) -> None:
        with Wire(drop, answer(503), answer(200, PROJECT)) as wire:
            gateway, clock = connected(wire.host)
            assert gateway.project("7").name == "Midnight Galaxy"
            assert len(wire.requests) == 3
            assert clock.waits == [0.5, 1.0]


class TestShapes:
    """Success that is not Asana's: nothing of it is believed, and it does not crash."""

    @pytest.mark.parametrize(
        "content", [None, [], "text", 7, True, {}, {"name": "x"}, {"gid": None}, {"gid": ""}, [7]], ids=repr
    )
    def test_one_thing_is_expected(self, content: object) -> None:
        with Wire(answer(200, {"data": content})) as wire:
            gateway, _ = connected(wire.host)
            for use in (*CREATES.values(), REPEATABLE["me"], REPEATABLE["project"], REPEATABLE["task"]):
                assert type(told(gateway, use)) is AnswerLost

    def test_half_a_character_can_be_saved_and_sent_again(self) -> None:
        with Wire(answer(200, {"data": {"gid": "7", "name": "Rain \ud83c \U0001f3b9"}})) as wire:
            gateway, _ = connected(wire.host)
            assert gateway.project("7").name == "Rain ? \U0001f3b9"

    @pytest.mark.parametrize(
        "content", [None, "text", 7, {}, {"gid": "1"}, [None], ["x"], [{}], [[]]], ids=repr
    )
    def test_a_list_is_expected(self, content: object) -> None:
        with Wire(answer(200, {"data": content})) as wire:
            gateway, _ = connected(wire.host)
            for name in ("projects", "sections", "tasks", "section tasks"):
                assert type(told(gateway, REPEATABLE[name])) is AnswerLost

    @pytest.mark.parametrize("following", [7, "text", [1], {"path": "/x"}, {"offset": None}], ids=repr)
    def test_a_next_page_is_expected(self, following: object) -> None:
        with Wire(answer(200, {"data": [{"gid": "1", "name": "x"}], "next_page": following})) as wire:
            gateway, _ = connected(wire.host)
            assert type(told(gateway, REPEATABLE["sections"])) is AnswerLost

    def test_the_same_page_for_ever_ends(self) -> None:
        page = {"data": [{"gid": "1", "name": "x"}], "next_page": {"offset": "again"}}
        with Wire(answer(200, page)) as wire:
            gateway, _ = connected(wire.host)
            assert type(told(gateway, REPEATABLE["sections"])) is AnswerLost
            assert len(wire.requests) == 2

    def test_missing_and_null_fields_are_empty(self) -> None:
        task = {"data": {"gid": 9, "name": None, "assignee": None, "memberships": None, "completed_at": None}}
        with Wire(answer(200, task)) as wire:
            gateway, _ = connected(wire.host)
            found = gateway.task("9")
            assert (found.gid, found.name, found.assignee_gid, found.completed) == ("9", "", None, False)
            assert gateway.project("9").workspace_gid == ""
            assert gateway.me().workspaces == ()

    def test_moves_are_answered_with_nothing(self) -> None:
        with Wire(answer(200, EMPTY)) as wire:
            gateway, _ = connected(wire.host)
            for name in ("rename section", "place section", "place task"):
                assert REPEATABLE[name](gateway) is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (400, Refused),
            (401, NotAuthorised),
            (402, PlanLimit),
            (403, Refused),
            (404, NotFound),
            (451, Refused),
        ],
    )
    @pytest.mark.parametrize("use", EVERYTHING.values(), ids=EVERYTHING)
    def test_asanas_word_is_final(self, use: Use, status: int, kind: type[AsanaError]) -> None:
        with Wire(answer(status, {"errors": [{"message": "task: \x1b[2JUnknown object: 123"}]})) as wire:
            gateway, clock = connected(wire.host)
            error = told(gateway, use)
            assert type(error) is kind
            assert status == 401 or "Unknown object: 123" in error.sentence
            assert (len(wire.requests), clock.waits) == (1, [])

    @pytest.mark.parametrize("use", EVERYTHING.values(), ids=EVERYTHING)
    def test_a_refused_create_is_sent_again_after_the_wait_asana_asks_for(self, use: Use) -> None:
        whole = answer(200, PROJECT) if use in CREATES.values() else drop
        with Wire(answer(429, b"", headers={"Retry-After": "30"}), whole) as wire:
            gateway, clock = connected(wire.host)
            if use in CREATES.values():
                use(gateway)
                assert clock.waits == [30]
                assert len(wire.requests) == 2
            else:
                told(gateway, use)
                assert clock.waits[0] == 30

    def test_a_wait_nobody_would_wait_is_reported(self) -> None:
        with Wire(answer(429, b"", headers={"Retry-After": "86400"})) as wire:
            gateway, clock = connected(wire.host)
            error = told(gateway, CREATES["task"])
            assert isinstance(error, RateLimited)
            assert (error.retry_after, clock.waits, len(wire.requests)) == (86400, [], 1)

    def test_one_refusal_holds_every_thread(self) -> None:
        with Wire(answer(429, b"", headers={"Retry-After": "40"}), answer(200, ME)) as wire:
            clock = HandClock()
            pacer = RateLimiter(clock, 1_000_000)
            Gateway(HttpTransport(wire.host, TOKEN, clock, pacer)).me()
            assert clock.elapsed() == 40

    def test_without_a_gid_nothing_is_asked(self) -> None:
        with Wire(answer(200, EMPTY)) as wire:
            gateway, _ = connected(wire.host)
            assert isinstance(told(gateway, lambda g: g.project("")), NotFound)
            assert isinstance(told(gateway, lambda g: g.sections("")), NotFound)
            assert isinstance(told(gateway, lambda g: g.set_completed("", True)), NotFound)
            assert wire.requests == []


class TestFieldsOfAnotherKind:
    """A proxy rewrote the answer: JSON as it should be, with a field that is not."""

    @pytest.mark.parametrize(
        "field",
        [
            {"created_at": "yesterday"},
            {"completed_at": 12},
            {"memberships": 5},
            {"memberships": ["7"]},
            {"assignee": "Ada"},
        ],
        ids=str,
    )
    def test_is_not_asana(self, field: dict[str, object]) -> None:
        record = {"gid": "9", "name": "Write bassline (25m)"} | field
        with Wire(answer(200, {"data": [record]})) as wire:
            gateway, _ = connected(wire.host)
            assert "Something other than Asana" in told(gateway, lambda g: g.tasks("7")).sentence

    def test_workspaces_of_another_kind(self) -> None:
        with Wire(answer(200, {"data": {"gid": "5", "workspaces": {"a": 1}}})) as wire:
            gateway, _ = connected(wire.host)
            assert isinstance(told(gateway, lambda g: g.me()), AnswerLost)


class TestRedirects:
    def test_the_token_does_not_follow(self) -> None:
        with Wire(answer(200, ME)) as other:
            for status in (301, 302, 303, 307, 308):
                to = {"Location": other.host + "/users/me"}
                with Wire(answer(status, b"", headers=to)) as wire:
                    gateway, _ = connected(wire.host)
                    assert type(told(gateway, REPEATABLE["me"])) is AnswerLost
            assert other.requests == []


class TestNotSent:
    @pytest.mark.parametrize("use", EVERYTHING.values(), ids=EVERYTHING)
    def test_nobody_listens(self, use: Use) -> None:
        with held_port() as free:
            gateway, clock = connected(f"http://127.0.0.1:{free.getsockname()[1]}/api/1.0")
            error = told(gateway, use)
        assert type(error) is NotSent
        assert "127.0.0.1" in error.sentence
        assert clock.elapsed() <= 6

    def test_a_host_nobody_can_have(self) -> None:
        # Not even asked of the network: a part of a name has at most 63 letters.
        for host in (f"https://{'x' * 64}.test/api/1.0", "https://a..test/api/1.0"):
            gateway, _ = connected(host)
            assert type(told(gateway, CREATES["task"])) is NotSent

    def test_no_connection_in_time(self) -> None:
        need(sys.platform == "linux", "only Linux lets a full queue of connections wait in silence")
        with ExitStack() as stack:
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            address = listener.getsockname()
            for _ in range(4):
                waiting = stack.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(address)
            gateway, _ = connected(f"http://127.0.0.1:{address[1]}/api/1.0", HASTY)
            assert type(told(gateway, CREATES["task"])) is NotSent

    def test_goes_on_once_somebody_listens(self) -> None:
        with held_port() as free:
            port = free.getsockname()[1]

        class Arriving(HandClock):
            """Somebody listens once we wait."""

            def wait(self, event: object, seconds: float) -> bool:
                arrived.append(stack.enter_context(Wire(answer(201, PROJECT), port=port)))
                return False

        arrived: list[Wire] = []
        with ExitStack() as stack:
            clock = Arriving()
            gateway = Gateway(
                HttpTransport(f"http://127.0.0.1:{port}/api/1.0", TOKEN, clock, RateLimiter(clock))
            )
            assert gateway.create_project("1", "Midnight Galaxy", "").gid == "7"
            assert len(arrived[0].requests) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for `localhost`, signed by itself."""
    need(importlib.util.find_spec("cryptography"), "cryptography, which makes certificates, is not installed")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    )
    signed = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now - day, now + day
        )
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


class TestSecure:
    @pytest.fixture
    def server(self, certificate: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        return context

    @pytest.fixture
    def trusted(self, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    @pytest.mark.parametrize("name", CERTIFICATE_VARIABLES)
    def test_a_certificate_that_the_machine_names(
        self, server: ssl.SSLContext, certificate: Path, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for other in CERTIFICATE_VARIABLES:
            monkeypatch.delenv(other, raising=False)
        monkeypatch.setenv(name, str(certificate))
        with Wire(answer(200, ME), secure=server) as wire:
            gateway, _ = connected(wire.host)
            assert gateway.me().name == "Ada"

    def test_a_certificate_that_the_system_trusts(
        self, server: ssl.SSLContext, certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What a company or an antivirus program added to the system's own certificates."""
        for other in CERTIFICATE_VARIABLES:
            monkeypatch.delenv(other, raising=False)
        # The system's folder, where OpenSSL looks for a file named after the signer: `openssl x509 -hash`.
        (tmp_path / "ce275665.0").write_bytes(certificate.read_bytes())
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        with Wire(answer(200, ME), secure=server) as wire:
            gateway, _ = connected(wire.host)
            assert gateway.me().name == "Ada"

    def test_a_certificate_nobody_signed_gets_no_request(self, server: ssl.SSLContext) -> None:
        with Wire(answer(200, ME), secure=server) as wire:
            gateway, clock = connected(wire.host)
            error = told(gateway, CREATES["task"])
            assert type(error) is NotSent
            assert "self-signed" in error.sentence.replace("self signed", "self-signed")
            assert "SSL_CERT_FILE" in error.hint
            assert clock.waits == [], "asked again, it would be refused again"
            assert wire.requests == []

    def test_plain_http_where_tls_is_expected(self) -> None:
        with Wire(answer(200, ME)) as wire:
            gateway, _ = connected(wire.host.replace("http:", "https:"))
            assert type(told(gateway, CREATES["task"])) is AnswerLost
            assert wire.requests == []

    @pytest.mark.usefixtures("trusted")
    def test_a_connection_spoilt_after_sending_never_doubles_a_create(self, server: ssl.SSLContext) -> None:
        with Wire(raw(b"\x00garbage" * 20), secure=server) as wire:
            gateway, _ = connected(wire.host)
            assert type(told(gateway, CREATES["task"])) is AnswerLost
            assert len(wire.requests) == 1


class TestRequests:
    """What goes over the wire."""

    @pytest.mark.parametrize("use", EVERYTHING.values(), ids=EVERYTHING)
    def test_the_body_is_never_in_the_address_nor_is_the_token(self, use: Use) -> None:
        with Wire(drop) as wire:
            gateway, _ = connected(wire.host)
            told(gateway, use)
            request = wire.requests[0]
            assert "body=" not in request.target
            assert "s3cr3t" not in request.target
            assert b"s3cr3t" not in request.body
            assert request.headers["authorization"] == f"Bearer {TOKEN}"
            assert request.target.startswith("/api/1.0/")

    def test_lists_are_asked_for_in_pages(self) -> None:
        first = {
            "data": [{"gid": "1", "name": "a"}],
            "next_page": {"offset": "eyJ+/=", "path": "/x", "uri": "x"},
        }
        last = {"data": [{"gid": "2", "name": "b"}], "next_page": None}
        with Wire(answer(200, first), answer(200, last)) as wire:
            gateway, _ = connected(wire.host)
            assert [section.gid for section in gateway.sections("7")] == ["1", "2"]
            one, two = (request.target for request in wire.requests)
            assert "limit=100" in one
            assert "offset" not in one
            assert two == f"{one}&offset=eyJ%2B%2F%3D"

    def test_a_gid_cannot_leave_its_place(self) -> None:
        with Wire(answer(200, PROJECT)) as wire:
            gateway, _ = connected(wire.host)
            gateway.project("../users/me?x=1#y")
            assert wire.requests[0].target.startswith("/api/1.0/projects/..%2Fusers%2Fme%3Fx%3D1%23y?")

    def test_texts_arrive_as_they_are(self) -> None:
        name = 'Grüße "Tromsø" \\ 🎹 \u202e\x1b[2J\n\u00a0'
        with Wire(answer(201, PROJECT)) as wire:
            gateway, _ = connected(wire.host)
            gateway.create_project("1", name, name)
            assert wire.requests[0].fields["name"] == name
            assert wire.requests[0].fields["notes"] == name

    def test_the_beginning_of_a_section_is_an_explicit_null(self) -> None:
        with Wire(answer(200, EMPTY)) as wire:
            gateway, _ = connected(wire.host)
            gateway.place_task("7", "8", "9", None)
            gateway.place_task("7", "8", "9", "10")
            assert [request.fields for request in wire.requests] == [
                {"project": "7", "section": "8", "insert_after": None},
                {"project": "7", "section": "8", "insert_after": "10"},
            ]

    def test_two_gateways_do_not_share_host_or_token(self) -> None:
        with Wire(answer(200, ME)) as one, Wire(answer(200, ME)) as other:
            clock = HandClock()
            first = Gateway(HttpTransport(one.host, "first", clock, RateLimiter(clock)))
            second = Gateway(HttpTransport(other.host, "second", clock, RateLimiter(clock)))
            first.me()
            second.me()
            first.me()
            assert [request.headers["authorization"] for request in one.requests] == ["Bearer first"] * 2
            assert [request.headers["authorization"] for request in other.requests] == ["Bearer second"]


class TestQuiet:
    @pytest.fixture
    def loud(self) -> Iterator[None]:
        """Every logger says everything, as with a program that debugs."""
        root, before = logging.getLogger(), logging.getLogger().level
        root.setLevel(logging.DEBUG)
        yield
        root.setLevel(before)

    def test_no_log_shows_the_token(self, loud: None, caplog: pytest.LogCaptureFixture) -> None:
        for reaction in (answer(200, PROJECT), answer(401, b"{}"), drop, answer(503)):
            with Wire(reaction) as wire:
                gateway, _ = connected(wire.host)
                for use in (REPEATABLE["project"], CREATES["task"]):
                    try:
                        use(gateway)
                    except AsanaError:
                        continue
        assert "s3cr3t" not in caplog.text
        assert "Authorization" not in caplog.text

    def test_no_handler_of_the_sdk_writes(self, capfd: pytest.CaptureFixture[str]) -> None:
        for _ in range(3):
            connected("http://127.0.0.1:1")
        writing = [
            handler
            for name in ("asana", "urllib3", None)
            for handler in logging.getLogger(name).handlers
            if type(handler) is logging.StreamHandler
        ]
        assert writing == []
        logging.getLogger("urllib3").warning("Retrying")
        assert capfd.readouterr() == ("", "")

    def test_a_process_ends_without_a_word(self) -> None:
        script = """
import os
from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.http import HttpTransport
from asana_tbp.bridge.rate_limit import RateLimiter
from asana_tbp.errors import AsanaError
from asana_tbp.system.clock import FastClock
clock = FastClock(1000)
gateway = Gateway(HttpTransport(os.environ["TBP_TEST_HOST"], "s3cr3t", clock, RateLimiter(clock)))
print(gateway.me().name)
try:
    gateway.create_task("7", "8", "x", "")
except AsanaError as error:
    print(type(error).__name__)
"""
        with Wire(answer(200, ME), drop) as wire:
            done = subprocess.run(
                [sys.executable, "-X", "dev", "-W", "error", "-c", script],
                env=dict(os.environ) | {"TBP_TEST_HOST": wire.host},
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
        assert (done.returncode, done.stdout, done.stderr) == (0, "Ada\nAnswerLost\n", "")
