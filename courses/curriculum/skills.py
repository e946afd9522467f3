"""skills.yaml, roles.yaml and coverage.yaml: what is learned, for which job, and where."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

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
    loops = _loops(required)
    for slug, needs in required.items():
        for one, line in needs.items():
            if one not in required:
                remedy = "Use the slug of a skill in skills.yaml."
                record.problems.add(record.file, line, f"There is no skill {one}.", remedy)
            elif loops[one] == loops[slug]:
                problem = f"{slug} requires {one}, which requires {slug} in the end."
                record.problems.add(record.file, line, problem, "Remove one of the two.")


def _loops(required: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """By skill, a name that it shares with those that it requires and that require it, however indirectly (Kosaraju's
    method: two walks, so the time grows with the number of requirements only)."""
    seen: set[str] = set()
    order = [one for slug in required if slug not in seen for one in _below(slug, required, seen)]
    needed_by: dict[str, list[str]] = defaultdict(list)
    for slug, needs in required.items():
        for one in needs:
            needed_by[one].append(slug)
    seen.clear()
    found: dict[str, str] = {}
    for slug in reversed(order):
        if slug not in seen:
            found.update(dict.fromkeys(_below(slug, needed_by, seen), slug))
    return found


def _below(slug: str, graph: Mapping[str, Iterable[str]], seen: set[str]) -> list[str]:
    """The skill, after all that can be reached from it and was not `seen` before."""
    done: list[str] = []
    seen.add(slug)
    path = [(slug, iter(graph.get(slug, ())))]
    while path:
        following = next((one for one in path[-1][1] if one not in seen), None)
        if following is None:
            done.append(path.pop()[0])
        else:
            seen.add(following)
            path.append((following, iter(graph.get(following, ()))))
    return done


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
