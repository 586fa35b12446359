"""What a producer who programs would write: a plain script over Asana's official SDK, as its README teaches."""

from __future__ import annotations

import contextlib
import logging
import threading
from typing import Any

import asana
from asana.rest import ApiException

from asana_tbp.sandbox import SANDBOX_TOKEN
from asana_tbp.songmap.model import SongMap


class Script:
    """One call after the other; with `lanes` a thread for each section, with `my_tasks` a section of My Tasks."""

    def __init__(self, host: str, *, lanes: bool = False, my_tasks: bool = False) -> None:
        configuration = asana.Configuration()
        configuration.host = host
        configuration.access_token = SANDBOX_TOKEN
        self._client = asana.ApiClient(configuration)
        for name in ("asana", "urllib3"):
            logging.getLogger(name).removeHandler(configuration.logger_stream_handler)
        self._lanes = lanes
        self._my_tasks = my_tasks
        self._my_section = ""

    def make(self, workspace: str, song: SongMap) -> str:
        """The project's gid."""
        projects, sections = asana.ProjectsApi(self._client), asana.SectionsApi(self._client)
        body = {"data": {"name": song.song, "workspace": workspace}}
        project = projects.create_project(body, {})["gid"]
        made = []
        if self._my_tasks:
            mine = asana.UserTaskListsApi(self._client).get_user_task_list_for_user("me", workspace, {})[
                "gid"
            ]
            wish = {"body": {"data": {"name": song.song}}}
            self._my_section = sections.create_section_for_project(mine, wish)["gid"]
        for section in song.sections:
            record = sections.create_section_for_project(project, {"body": {"data": {"name": section.name}}})
            made.append((record["gid"], [task.name for task in section.tasks]))
        if not self._lanes:
            for gid, names in made:
                self._tasks(project, gid, names)
            return str(project)
        threads = [threading.Thread(target=self._tasks, args=(project, gid, names)) for gid, names in made]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return str(project)

    def _tasks(self, project: str, section: str, names: list[str]) -> None:
        tasks = asana.TasksApi(self._client)
        for name in names:
            data: dict[str, Any] = {
                "name": name,
                "assignee": "me",
                "projects": [project],
                "memberships": [{"project": project, "section": section}],
            }
            if self._my_section:
                data["assignee_section"] = self._my_section
            with contextlib.suppress(ApiException):
                tasks.create_task({"data": data}, {})

    def close(self) -> None:
        self._client.pool.close()
        self._client.pool.join()
        del self._client.pool
