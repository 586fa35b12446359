"""What a producer means by a name, a gid or a link."""

from __future__ import annotations

import pytest

from asana_tbp.bridge.gateway import Gateway
from asana_tbp.bridge.lookup import find_project, find_workspace, gid_in
from asana_tbp.bridge.values import Project, Workspace
from asana_tbp.errors import NotFound, UsageError
from tests.faulty.server import Embedded


@pytest.mark.parametrize(
    ("text", "gid"),
    [
        ("1200000000000001", "1200000000000001"),
        (" 1200000000000001\n", "1200000000000001"),
        ("https://app.asana.com/0/1200000000000001/list", "1200000000000001"),
        ("https://app.asana.com/0/1200000000000001/1200000000000002", "1200000000000001"),
        ("https://app.asana.com/0/1200000000000001", "1200000000000001"),
        ("https://app.asana.com/0/1200000000000001?focus=true", "1200000000000001"),
        ("https://app.asana.com/0/1200000000000001#x", "1200000000000001"),
        ("https://app.asana.com/1/77/project/1200000000000001/list/99", "1200000000000001"),
        ("https://app.asana.com/1/77/project/1200000000000001", "1200000000000001"),
        ("https://app.asana.com/1/77/project/1200000000000001/task/5?focus=true", "1200000000000001"),
        ("http://127.0.0.1:8000/0/1200000000000001/list", "1200000000000001"),
        ("Midnight Galaxy", None),
        ("", None),
        ("12 Bars", None),
        ("-5", None),
        ("１２３", None),
        ("9" * 26, None),
        ("https://app.asana.com/0/home/1200000000000001", None),
        ("https://app.asana.com/1/77/task/1200000000000001", None),
        ("https://app.asana.com/0/1200000000000001x", None),
        ("ftp://app.asana.com/0/1200000000000001", None),
        ("see https://app.asana.com/0/1200000000000001", None),
    ],
)
def test_gid_in(text: str, gid: str | None) -> None:
    assert gid_in(text) == gid


@pytest.fixture
def home(asana: Gateway) -> Workspace:
    return asana.me().workspaces[0]


class TestProject:
    @pytest.fixture
    def galaxy(self, asana: Gateway, home: Workspace) -> Project:
        return asana.create_project(home.gid, "Midnight Galaxy", "")

    @pytest.mark.parametrize(
        "wanted", ["Midnight Galaxy", "midnight galaxy", "  MIDNIGHT  galaxy ", "Midnight\u00a0Galaxy"]
    )
    def test_by_name(self, asana: Gateway, home: Workspace, galaxy: Project, wanted: str) -> None:
        asana.create_project(home.gid, "Midnight", "")
        assert find_project(asana, wanted, [home]).gid == galaxy.gid

    def test_by_gid_and_by_the_link_asana_gives(
        self, asana: Gateway, home: Workspace, galaxy: Project
    ) -> None:
        assert find_project(asana, galaxy.gid, []).gid == galaxy.gid
        assert find_project(asana, f" {galaxy.link} ", []).gid == galaxy.gid

    def test_a_gid_asana_does_not_show(self, asana: Gateway, home: Workspace) -> None:
        with pytest.raises(NotFound, match="no project 1299999999999999 to this account"):
            find_project(asana, "1299999999999999", [])
        with pytest.raises(NotFound, match="no project 1299999999999999 to this account"):
            find_project(asana, "https://app.asana.com/0/1299999999999999/list", [home])

    def test_a_song_whose_name_is_a_number(self, asana: Gateway, home: Workspace) -> None:
        song = asana.create_project(home.gid, "1999", "")
        assert find_project(asana, "1999", [home]).gid == song.gid

    def test_a_misspelt_name_is_guessed(self, asana: Gateway, home: Workspace, galaxy: Project) -> None:
        with pytest.raises(NotFound, match='Did you mean "Midnight Galaxy"') as caught:
            find_project(asana, "midnigth galxy", [home])
        assert "link" in caught.value.hint

    def test_nothing_near_is_no_guess(self, asana: Gateway, home: Workspace, galaxy: Project) -> None:
        with pytest.raises(NotFound, match='No project is called "Zzz"') as caught:
            find_project(asana, "Zzz", [home])
        assert "mean" not in caught.value.sentence

    def test_several_of_a_name_must_be_told_apart(
        self, asana: Gateway, home: Workspace, galaxy: Project
    ) -> None:
        other = asana.create_project(home.gid, "midnight galaxy", "")
        with pytest.raises(UsageError, match="2 projects are called") as caught:
            find_project(asana, "Midnight Galaxy", [home])
        for project in (galaxy, other):
            assert project.gid in caught.value.sentence
            assert project.link in caught.value.sentence
        assert find_project(asana, other.gid, [home]).gid == other.gid

    def test_every_workspace_is_looked_through(self, sandbox: Embedded, asana: Gateway) -> None:
        board = sandbox.board
        board.join(board.user, board.add_workspace("Band"))
        home, band = asana.me().workspaces
        theirs = asana.create_project(band.gid, "Ours Together", "")
        assert find_project(asana, "ours together", [home, band]).gid == theirs.gid
        with pytest.raises(NotFound):
            find_project(asana, "ours together", [home])

    def test_a_name_a_terminal_would_obey_is_shown_harmless(self, asana: Gateway, home: Workspace) -> None:
        asana.create_project(home.gid, "Night\x1b[2J \u202edrive", "")
        with pytest.raises(NotFound) as caught:
            find_project(asana, "Night\x1b[2J driv", [home])
        assert caught.value.sentence.isprintable()


class TestWorkspace:
    ONE = Workspace("77", "My Studio")
    OTHER = Workspace("78", "Band")

    def test_the_only_one_needs_no_word(self) -> None:
        assert find_workspace(None, [self.ONE]) is self.ONE

    def test_one_of_several_must_be_chosen(self) -> None:
        with pytest.raises(UsageError, match='"My Studio" and "Band"') as caught:
            find_workspace(None, [self.ONE, self.OTHER])
        assert "asana-tbp config set workspace 'My Studio'" in caught.value.hint

    def test_none(self) -> None:
        with pytest.raises(NotFound, match="no workspace"):
            find_workspace(None, [])

    @pytest.mark.parametrize("wanted", ["78", " 78 ", "Band", "band", "BAND "])
    def test_by_gid_or_name(self, wanted: str) -> None:
        assert find_workspace(wanted, [self.ONE, self.OTHER]) is self.OTHER

    def test_a_misspelt_name_is_guessed(self) -> None:
        with pytest.raises(NotFound, match='Did you mean "My Studio"'):
            find_workspace("My Sudio", [self.ONE, self.OTHER])

    def test_several_of_a_name(self) -> None:
        with pytest.raises(UsageError, match=r"2 workspaces are called(.|\n)*78(.|\n)*79"):
            find_workspace("band", [self.OTHER, Workspace("79", "Band")])
