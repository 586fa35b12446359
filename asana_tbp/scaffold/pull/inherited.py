"""What a song map has from the template it extends, and how its file refers to that."""

from asana_tbp.songmap.model import SongMap
from asana_tbp.songmap.task_name import bare_key, normalize


class Inherited:
    """The sections and tasks of the template that a map extends; `titles` are the tasks' keys by section key."""

    def __init__(self, extended: SongMap | None, song_map: SongMap) -> None:
        self.titles = {
            normalize(section.name): {bare_key(task.title) for task in section.tasks}
            for section in (extended.sections if extended else ())
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
