"""The left side of the review page: the list of files, and the one that is open."""

from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from projects.reviewing.workspace import Workspace
from projects.work_changes import DiffLine, changed_lines
from projects.work_display import Shown, comparable_text, show
from projects.work_files import WorkFile, find, list_work, removed_since, same_file, top_folders


class FilePane:
    """`query` chooses: `file` and `entry` (inside an archive), `view=changes` for what changed since the earlier attempt."""

    def __init__(self, workspace: Workspace, query) -> None:
        self.workspace = workspace
        self.submission = next(one for one in workspace.attempts if one.pk == workspace.submission.pk)
        self.address = reverse("submission_review", args=[self.submission.pk])
        self.name = query.get("file", "")
        self.entry = query.get("entry", "")
        self.view = query.get("view", "")

    @cached_property
    def files(self) -> list[WorkFile]:
        return list_work(self.submission, self.workspace.earlier)

    @cached_property
    def rows(self) -> list[dict]:
        tops = top_folders(self.files)
        return [
            {
                "file": file,
                "url": self.url_of(file),
                "is_open": file == self.open,
                "parts": file.path.removeprefix(tops.get(file.name, "")).split("/"),
            }
            for file in self.files
        ]

    @cached_property
    def removed(self) -> list[str]:
        return removed_since(self.files, self.workspace.earlier) if self.workspace.earlier else []

    @cached_property
    def open(self) -> WorkFile | None:
        return find(self.files, self.name, self.entry)

    @cached_property
    def is_compared(self) -> bool:
        return self.view == "changes" and self.has_changes

    @property
    def has_changes(self) -> bool:
        return self.open is not None and self.open.change == "changed" and not self.open.is_archive

    @cached_property
    def shown(self) -> Shown:
        return show(self.open)

    @cached_property
    def changes(self) -> list[DiffLine] | None:
        """What changed in the open file since the earlier attempt; None when it cannot be compared."""
        before = same_file(list_work(self.workspace.earlier), self.open.path)
        texts = (comparable_text(before) if before else None, comparable_text(self.open))
        return None if None in texts else changed_lines(*texts)

    @property
    def whole_url(self) -> str:
        return self.url_of(self.open)

    @property
    def changes_url(self) -> str:
        return self.url_of(self.open, view="changes")

    def url_of(self, file: WorkFile, **more: str) -> str:
        chosen = {"file": file.name, **({"entry": file.entry} if file.entry else {}), **more}
        return f"{self.address}?{urlencode(chosen)}"
