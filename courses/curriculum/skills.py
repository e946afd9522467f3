"""skills.yaml, roles.yaml and coverage.yaml: what is learned, for which job, and where."""

from collections.abc import Mapping

from courses.curriculum.documents import known_skills, open_record
from courses.curriculum.folder import Folder
from courses.curriculum.record import Record
from courses.curriculum.spec import RoleSpec, SkillSpec, TopicSpec

SKILLS, ROLES, COVERAGE = "skills.yaml", "roles.yaml", "coverage.yaml"


def read_skills(record: Record, areas: set[str]) -> tuple[SkillSpec, ...]:
    """The skills; nothing is compared with `areas` where these could not be read."""
    skills: list[SkillSpec] = []
    lines: dict[str, int] = {}
    required: dict[str, dict[str, int]] = {}
    for entry in record.records("skills"):
        slug, title, area = entry.slug("slug"), entry.text("title", limit=120), entry.text("area")
        if areas and area and area not in areas:
            entry.refuse("area", f"There is no area {area}.", f"Use one of: {', '.join(sorted(areas))}.")
        if slug and slug in lines:
            problem = f"There is already a skill {slug}, in line {lines[slug]}."
            entry.refuse("slug", problem, "Give each skill its own slug.")
        lines.setdefault(slug, entry.line("slug"))
        required[slug] = {one.text: one.line for one in entry.texts("requires", required=False)}
        skills.append(SkillSpec(slug, title, area, entry.text("summary"), tuple(required[slug])))
        entry.close()
    record.close()
    _check_required(record, required)
    return tuple(skills)


def _check_required(record: Record, required: Mapping[str, Mapping[str, int]]) -> None:
    """Note skills that need unknown ones, or in the end themselves."""
    for slug, needs in required.items():
        for one, line in needs.items():
            if one not in required:
                remedy = "Use the slug of a skill in skills.yaml."
                record.problems.add(record.file, line, f"There is no skill {one}.", remedy)
            elif slug in _all_below(one, required):
                problem = f"{slug} requires {one}, which requires {slug} in the end."
                record.problems.add(record.file, line, problem, "Remove one of the two.")


def _all_below(slug: str, required: Mapping[str, Mapping[str, int]]) -> set[str]:
    """The skill and all that it requires, however indirectly."""
    found, open_ones = {slug}, [slug]
    while open_ones:
        new = set(required.get(open_ones.pop(), ())) - found
        found |= new
        open_ones += new
    return found


def read_roles(folder: Folder, skills: set[str]) -> tuple[RoleSpec, ...]:
    """The roles; none where there is no file."""
    record = open_record(ROLES, folder)
    if record is None:
        return ()
    roles: dict[str, RoleSpec] = {}
    for entry in record.records("roles"):
        slug, title, summary = entry.slug("slug"), entry.text("title", limit=120), entry.text("summary")
        if slug and slug in roles:
            entry.refuse("slug", f"There is already a role {slug}.", "Give each role its own slug.")
        roles[slug] = RoleSpec(slug, title, summary, known_skills(entry, skills, required=True))
        entry.close()
    record.close()
    return tuple(roles.values())


def read_coverage(folder: Folder, activities: set[str]) -> tuple[TopicSpec, ...]:
    """The topics, in order; none where there is no file. A topic that no activity teaches is noted."""
    record = open_record(COVERAGE, folder)
    if record is None:
        return ()
    topics = []
    for entry in record.records("topics"):
        title, taught = entry.text("title", limit=300), entry.texts("activities")
        for one in taught:
            if one.text not in activities:
                folder.problems.add(
                    one.file, one.line, f"There is no activity {one.text}.", "Use the slug of an activity."
                )
        if "activities" in entry and not taught:
            entry.refuse("activities", f"Nothing teaches {title}.", "Name the activities that do, or write them.")
        topics.append(TopicSpec(title, tuple(one.text for one in taught)))
        entry.close()
    record.close()
    return tuple(topics)
