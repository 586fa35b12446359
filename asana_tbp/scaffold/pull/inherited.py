"""What a song map has from the template it extends, and how its file refers to that."""

from dataclasses import replace

from asana_tbp.scaffold.desired import task_key
from asana_tbp.songmap.model import SongMap, Task
from asana_tbp.songmap.task_name import bare_key, normalize
from asana_tbp.text import quote


class Inherited:
    """The sections and tasks of the template that a map extends; `titles` are the tasks' keys by section key."""

    def __init__(self, extended: SongMap | None, song_map: SongMap) -> None:
        self.titles = {
            normalize(section.name): {bare_key(task.title) for task in section.tasks}
            for section in (extended.sections if extended else ())
        }
        self._tasks = {
            task_key(section.name, task.title): task
            for section in song_map.sections
            for task in section.tasks
        }
        self._names = {normalize(section.name): section.name for section in song_map.sections}

    def homes(self, title: str) -> list[str]:
        """The sections, by key, in which the template has a task of this title."""
        return [home for home, titles in self.titles.items() if bare_key(title) in titles]

    def reference(self, section: str, title: str | None) -> str:
        """What names one of the template's tasks, or with `title` None a section, and nothing else there."""
        homes = self.homes(title or section)
        if title is None:
            return f"{section} /" if homes else section
        if len(homes) < 2 and normalize(title) not in self.titles:
            return title
        if normalize(section) not in homes:
            # The file has moved it out of the template's section.
            section = self._names.get(homes[0], homes[0])
        return f"{section} / {title}"

    def dropped(self, section: str, title: str) -> str:
        """What `drop` says of a task, "" for one that the template does not have."""
        return self.reference(section, title) if self.homes(title) else ""

    def replacement(self, key: str, title: str, minutes: int | None) -> Task:
        """A task of the file's own for the template's, which the map has under `key`, with another title."""
        old = self._tasks[key]
        return replace(old, title=title, line=title, minutes=minutes or old.minutes, timeless=False)

    def why_not_in(self, section: str, title: str) -> str:
        """Why the file can't have a task of this title in a section; "" if it can."""
        if set(self.homes(title)) <= {normalize(section)}:
            return ""
        return (
            f"{section} has {quote(title)} in Asana; the template has a task of this title in another "
            "section, and the map would move it. Give it another title in Asana."
        )
