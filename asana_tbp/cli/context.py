"""The composition root: builds the real parts and hands them to each other.

Modules that are slow to import are imported when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from asana_tbp.cli.output.console import emit_json, out, say
from asana_tbp.errors import AsanaError
from asana_tbp.system.clock import Clock
from asana_tbp.system.environment import TOKEN_VARIABLE, Environment, environment
from asana_tbp.system.paths import DEBUG_VARIABLE, Paths, find_paths

if TYPE_CHECKING:
    from asana_tbp.board.service import BoardService
    from asana_tbp.bridge.gateway import Gateway
    from asana_tbp.bridge.rate_limit import RateLimiter
    from asana_tbp.cli.output.progress import RateLimitNotice
    from asana_tbp.session.task_source import SongFacts
    from asana_tbp.songmap.templates.library import Library
    from asana_tbp.store.database import Database
    from asana_tbp.system.settings import Settings
    from asana_tbp.system.token import Token


@dataclass
class AppContext:
    """One run of a `command`: the machine it runs on, the Asana it talks to, and whether it prints JSON."""

    sandbox: bool = False
    debug: bool = False
    clock: Clock = field(default_factory=Clock)
    command: str = ""
    as_json: bool = False

    def answer(self, text: str, **facts: Any) -> None:
        """Print the command's output: a text for people, or its facts for programs."""
        if self.as_json:
            emit_json(self.command, **facts)
        else:
            out(text)

    @cached_property
    def env(self) -> Environment:
        return environment()

    @cached_property
    def paths(self) -> Paths:
        return self.paths_of(sandbox=self.sandbox)

    def paths_of(self, *, sandbox: bool) -> Paths:
        """Where files are, with `--sandbox` or with the user's account."""
        paths = find_paths(self.env)
        return paths.for_sandbox() if sandbox else paths

    @property
    def is_local(self) -> bool:
        """Whether the Asana in use is on this machine, so that it holds nobody's real work."""
        return self.sandbox or self.settings.host_is_local

    def task_page(self, gid: str, project_gid: str = "") -> str:
        """The address of a task's page, "" where the Asana in use has none."""
        from asana_tbp.system.settings import DEFAULT_HOST

        if self.sandbox or self.settings.host != DEFAULT_HOST:
            return ""
        # The short form of a link: Asana follows it to wherever the task's page is now.
        return f"https://app.asana.com/0/{project_gid or 0}/{gid}"

    @cached_property
    def settings(self) -> Settings:
        from asana_tbp.system.settings import load_settings

        settings = load_settings(self.paths.settings_file, self.env)
        for note in settings.notes:
            say(note)
        return settings

    @cached_property
    def library(self) -> Library:
        from asana_tbp.songmap.templates.library import Library

        return Library(self.paths.templates)

    @cached_property
    def countdown(self) -> RateLimitNotice:
        """Shows waits for Asana's rate limit."""
        from asana_tbp.cli.output.progress import RateLimitNotice

        return RateLimitNotice(self.clock, self.settings.requests_per_minute)

    @cached_property
    def pacer(self) -> RateLimiter:
        from asana_tbp.bridge.rate_limit import RateLimiter

        return RateLimiter(self.clock, self.settings.requests_per_minute, self.countdown)

    def database(self) -> Database:
        """The local database, open for the length of a block."""
        from asana_tbp.store.database import open_database

        return open_database(self.paths.database)

    @contextmanager
    def board(self, database: Database | None = None) -> Iterator[BoardService]:
        """The board for the length of the block; at its end, prints what became of cards that were sent."""
        from asana_tbp.board.service import BoardService

        with self.database() if database is None else nullcontext(database) as opened:
            service = BoardService(opened, self.clock, self.settings, self.paths.state)
            try:
                yield service
            finally:
                if service.outcomes:
                    from asana_tbp.cli.output.session_text import print_outcomes

                    print_outcomes(service.outcomes)

    @contextmanager
    def asana(self) -> Iterator[Gateway]:
        """Asana, or with `--sandbox` the embedded one, for the length of the block.

        Raises `NotAuthorised` where there is no token.
        """
        if self.sandbox:
            from asana_tbp.sandbox import SANDBOX_TOKEN
            from asana_tbp.sandbox.http import embedded
            from asana_tbp.system.token import Token

            with embedded(self.paths.sandbox_board) as host:
                yield self.gateway(host, Token(SANDBOX_TOKEN, "the sandbox"))
            return
        token = self.token()
        gateway = self.gateway(self.settings.host, token)
        if token.with_folder:
            # A token that came with somebody else's song works in their workspace: say whose it is.
            with suppress(AsanaError):
                me = gateway.me()
                say(f"Working as {me.name} ({me.email}), by {token.source}.")
        yield gateway

    @staticmethod
    def song_facts(database: Database) -> Callable[[str], SongFacts]:
        """A function that gives what we know of a project's song."""
        from asana_tbp.scaffold.journal import ideal_places, known_songs, task_entries
        from asana_tbp.session.task_source import SongFacts

        def facts(gid: str) -> SongFacts:
            placed = (song.project_gid == gid and song.my_order == "placed" for song in known_songs(database))
            rests = {task: each.rest for task, each in task_entries(database, gid).items() if each.rest}
            return SongFacts(ideal_places(database, gid), rests, any(placed))

        return facts

    def token(self) -> Token:
        """The token for the host of the settings. Raises `NotAuthorised` where there is none."""
        from asana_tbp.system.token import find_token

        return find_token(self.env, self.settings, self.paths.token_file)

    def gateway(self, host: str, token: Token) -> Gateway:
        """Asana over the official SDK, paced for the account's plan."""
        from asana_tbp.bridge.gateway import Gateway
        from asana_tbp.bridge.http import HttpTransport

        log = None
        if self.debug or self.env.get(DEBUG_VARIABLE, "0") not in {"", "0"}:
            from asana_tbp.system.debug_log import DebugLog

            secrets = (token.value, self.env.get(TOKEN_VARIABLE, ""))
            log = DebugLog(self.paths.debug_log, self.clock, secrets)
            say(f"Requests are logged, without secrets, in {log.path}.")
        return Gateway(
            HttpTransport(host, token.value, self.clock, self.pacer, token_source=token.source, log=log)
        )
