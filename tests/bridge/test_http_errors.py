"""Asana's refusals as our errors; the wording of a body is shown but never understood, nor trusted."""

from __future__ import annotations

import json
import ssl

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from asana_tbp.bridge.connections import failure_of
from asana_tbp.bridge.http_errors import (
    FAILURES,
    error_of_status,
    failure,
    message_of,
    retry_after,
)
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

HOST = "https://app.asana.com/api/1.0"
BODY = b'{"errors":[{"message":"project: Missing input","help":"..."}]}'


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, AnswerLost),
        (302, AnswerLost),
        (304, AnswerLost),
        (307, AnswerLost),
        (400, Refused),
        (401, NotAuthorised),
        (402, PlanLimit),
        (403, Refused),
        (404, NotFound),
        (405, Refused),
        (412, Refused),
        (413, Refused),
        (429, RateLimited),
        (451, Refused),
        (500, AnswerLost),
        (502, AnswerLost),
        (503, AnswerLost),
        (504, AnswerLost),
        (599, AnswerLost),
    ],
)
def test_status_table(status: int, kind: type[AsanaError]) -> None:
    for body in (BODY, b"", None, b"<html>", "text"):
        error = error_of_status(status, body, {}, HOST)
        assert type(error) is kind
        assert error.sentence.endswith(".")


@given(status=st.integers(100, 999), body=st.binary(max_size=200) | st.text(max_size=200))
def test_every_answer_is_a_sentence_of_one_printable_line(status: int, body: bytes | str) -> None:
    error = error_of_status(status, body, {}, HOST)
    assert error.sentence.isprintable()
    assert len(error.sentence) < 500


@pytest.mark.parametrize("status", [400, 402, 403, 404])
def test_what_asana_says_is_quoted(status: int) -> None:
    assert '"project: Missing input"' in error_of_status(status, BODY, {}, HOST).sentence


def test_a_status_that_is_not_explained_is_named() -> None:
    assert "403" in error_of_status(403, b"", {}, HOST).sentence
    assert "503" in error_of_status(503, b"", {}, HOST).sentence


class TestMessage:
    def test_several(self) -> None:
        assert message_of('{"errors":[{"message":"one"},{"message":"two"}]}') == "one; two"

    @pytest.mark.parametrize(
        "body",
        [
            None,
            "",
            b"",
            "<html>503</html>",
            "null",
            "[]",
            "7",
            '"text"',
            "{}",
            '{"errors":null}',
            '{"errors":{}}',
            '{"errors":"text"}',
            '{"errors":7}',
            '{"errors":[]}',
            '{"errors":[null]}',
            '{"errors":["text"]}',
            '{"errors":[{}]}',
            '{"errors":[{"message":null}]}',
            '{"errors":[[1]]}',
            b"\xff\xfe\x00",
            b'{"errors":[{"message":"\xff"}]}',
            "[" * 100_000,
            '{"errors":' * 50_000,
        ],
        ids=lambda body: repr(body)[:30],
    )
    def test_of_a_body_that_says_nothing_readable(self, body: bytes | str | None) -> None:
        assert message_of(body) == ""

    def test_a_message_that_is_no_text_is_shown_as_it_is(self) -> None:
        assert message_of('{"errors":[{"message":{"a":1}}]}') == "{'a': 1}"

    def test_what_a_terminal_would_obey_is_taken_out(self) -> None:
        said = message_of(json.dumps({"errors": [{"message": "a\x1b[2Jb\r\n\u202ec\u2028d\x00"}]}))
        assert said.isprintable()
        assert "a" in said
        assert "d" in said

    def test_a_long_one_is_cut(self) -> None:
        assert len(message_of(json.dumps({"errors": [{"message": "x" * 10_000}]}))) == 300


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (" 30 ", 30.0),
        ("0", 0.0),
        ("0.5", 0.5),
        ("-1", None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("30, 60", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value}) == seconds
    error = error_of_status(429, BODY, {"Retry-After": value}, HOST)
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


def test_retry_after_is_missing() -> None:
    assert retry_after({}) is None


@pytest.mark.parametrize("what", FAILURES)
def test_every_failure_names_the_host(what: str) -> None:
    assert HOST in failure(what, HOST).sentence


def test_only_a_refused_certificate_is_certainly_not_sent() -> None:
    refused, spoilt = (
        urllib3.exceptions.SSLError(kind("x")) for kind in (ssl.SSLCertVerificationError, ssl.SSLError)
    )
    assert isinstance(failure_of(refused, HOST), NotSent)
    assert isinstance(failure_of(spoilt, HOST), AnswerLost)


def test_a_wait_as_a_date_is_measured_on_the_servers_clock() -> None:
    headers = {"Date": "Sat, 28 Nov 2026 10:00:00 GMT", "Retry-After": "Sat, 28 Nov 2026 10:01:30 GMT"}
    assert retry_after(headers) == 90
    assert retry_after({"Retry-After": headers["Retry-After"]}) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [("999999", "12 days"), ("7200", "2 hours"), ("301", "5 minutes"), ("1e300", "10000 days")],
)
def test_a_wait_too_long_to_sit_out_says_when_to_come_again(seconds: str, words: str) -> None:
    error = error_of_status(429, b"", {"Retry-After": seconds}, HOST)
    assert error.hint == f"Try again in about {words}."
