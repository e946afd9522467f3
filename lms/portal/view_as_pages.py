"""Which pages are shown to who sees the portal as a learner. What is not named here is not shown."""

SHOWN = frozenset(
    {
        "home",
        "curriculum",
        "week_detail",
        "activity_detail",
        "activity_asset",
        "search",
        "project_detail",
        "project_asset",
        "project_release",
        "project_submit",
        "submission_detail",
        "submission_status",
        "submission_file",
        "regrade_ask",
        "grades",
        "calendar",
        "notification_list",
        "notification_open",
        "avatar",
    }
)
"""Pages of the learner, by the names of their addresses; never what the learner alone may see: notes and bookmarks, the
profile, passwords, tokens, addresses of e-mail."""

SHOWN_TO_OFFICE = frozenset({"place_requests", "place_request_ask"})
"""What the learner tells the office, which their mentor does not read."""
