"""The sandbox's board with what tests need to set it up and to look at it."""

from __future__ import annotations

from typing import Any, TypeVar

from asana_tbp.sandbox.records import Container, Project, Record, Task, Team, User, UserTaskList, Workspace
from asana_tbp.sandbox.state import SandboxState

R = TypeVar("R", bound=Record)
Rows = list[tuple[str, dict[str, Any]]]


class Board(SandboxState):
    """A board that finds things by their names."""

    def clear(self) -> None:
        """Back to the fresh board, in a transaction. Gids go on, so that nothing old can be taken for something new."""
        self._before.clear()
        self._things.clear()
        self.tokens.clear()
        self.chance.seed(1)
        if self._database:
            self._database.write("DELETE FROM things")
        self.begin(self.ledger.next_gid)

    def add_workspace(self, name: str, *, organization: bool = False, domain: str = "") -> Workspace:
        """A workspace; an organisation has teams and an e-mail domain."""
        return self.put(
            Workspace(
                gid=self.new_gid(),
                name=name,
                is_organization=organization,
                email_domains=(domain,) if domain else (),
            )
        )

    def add_user(self, name: str, email: str, *workspaces: Workspace, token: str | None = None) -> User:
        """A member of `workspaces`, with a token when given."""
        user = self.put(
            User(gid=self.new_gid(), name=name, email=email, workspaces=tuple(w.gid for w in workspaces))
        )
        if token is not None:
            self.tokens[token] = user.gid
        return user

    def saved(self) -> Rows:
        """All that is on the board, for `restore`."""
        return [(thing.kind, thing.row()) for thing in self.all(Record)]

    def restore(self, rows: Rows) -> None:
        """Back to what was saved."""
        self.load([(kind, dict(row)) for kind, row in rows])

    def join(self, user: User, workspace: Workspace) -> None:
        """Make `user` a member."""
        if workspace.gid not in user.workspaces:
            user.workspaces = (*user.workspaces, workspace.gid)

    def add_team(self, organization: Workspace, name: str, *members: User) -> Team:
        """A team of an organisation."""
        return self.put(
            Team(
                gid=self.new_gid(),
                name=name,
                organization=organization.gid,
                members=tuple(m.gid for m in members),
            )
        )

    def add_organization(self, name: str, *teams: str, members: tuple[User, ...] = ()) -> Workspace:
        """An organisation the seeded user (or `members`) belongs to, with teams of those names."""
        people = members or (self.user,)
        organization = self.add_workspace(name, organization=True, domain="label.example")
        for user in people:
            self.join(user, organization)
        for team in teams:
            self.add_team(organization, team, *people)
        return organization

    def find(self, kind: type[R], name: str) -> R:
        """The one record of that name. KeyError when there is none or more than one."""
        named = [r for r in self.all(kind) if getattr(r, "name", None) == name]
        if len(named) != 1:
            raise KeyError(f"{len(named)} of kind {kind.kind} named {name!r}")
        return named[0]

    def listing(self, container: Container) -> list[tuple[str, list[str]]]:
        """(section name, task names) in display order: what a person sees."""
        return [(s.name, [t.name for t in self.tasks_in(s)]) for s in self.sections_of(container)]

    def project(self, name: str) -> Project:
        """The one project of that name."""
        return self.find(Project, name)

    def task(self, name: str) -> Task:
        """The one task of that name."""
        return self.find(Task, name)

    def my_tasks(self, user: User | None = None, workspace: Workspace | None = None) -> UserTaskList | None:
        """My Tasks of a user in a workspace (the seeded ones by default), if anyone has used it yet."""
        owner, place = (user or self.user).gid, (workspace or self.workspace).gid
        return next((u for u in self.all(UserTaskList) if (u.owner, u.workspace) == (owner, place)), None)
