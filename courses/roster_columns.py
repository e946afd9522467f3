"""What the columns of a roster mean: the names we write, and how others call theirs."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

EMAIL, NAME, FIRST_NAME, LAST_NAME = "email", "name", "first_name", "last_name"
TIME_ZONE, MENTOR, TAGS, STATE = "time_zone", "mentor", "tags", "state"
COLUMNS = {
    EMAIL: "E-mail (who it is)",
    NAME: "Name",
    FIRST_NAME: "First name",
    LAST_NAME: "Last name",
    TIME_ZONE: "Time zone",
    MENTOR: "Mentor’s e-mail",
    TAGS: "Tags",
    STATE: "State (leaves alone who has left)",
}
WORDINGS = {
    EMAIL: "email, e mail, mail, email address, e mail address, mail address, student email, learner email, user email, "
    "login, username, e mail adresse, mailadresse, correo, correo electronico, courriel, adresse e mail, adresse mail, "
    "adresse electronique, endereco de e mail, endereco de email, e mails, indirizzo email",
    NAME: "name, full name, fullname, learner, learner name, student, student name, participant, participant name, person, "
    "display name, vollstandiger name, teilnehmer, nombre completo, nombre y apellidos, nom complet, nom et prenom, nome, "
    "nome completo, estudante, aluno",
    FIRST_NAME: "first name, firstname, given name, given names, forename, vorname, nombre, prenom, primeiro nome",
    LAST_NAME: "last name, lastname, surname, family name, nachname, familienname, apellido, apellidos, nom, nom de famille, "
    "apelido, sobrenome, ultimo nome, cognome",
    TIME_ZONE: "time zone, timezone, tz, zone, zeitzone, zona horaria, huso horario, fuseau horaire, fuso horario",
    MENTOR: "mentor email, mentor e mail, mentors email, mentors e mail, mentor email address, mentor e mail address, "
    "mentors e mail address, email of mentor, mentor, coach, coach email, tutor, tutor email, advisor, e mail des mentors, "
    "correo del mentor, e mail du mentor, e mail do mentor",
    TAGS: "tags, tag, group, groups, label, labels, section, gruppe, gruppen, grupo, grupos, groupe, groupes, etiquetas, "
    "etiqueta, etiquettes",
    STATE: "state, status, enrollment state, enrolment state, enrollment status, zustand, estado, etat, statut",
}
KNOWN = {wording: column for column, known in WORDINGS.items() for wording in known.split(", ")}
TAG = re.compile(r'"((?:[^"]|"")*)"|([^,;\n]+)')


def plain_heading(heading: str) -> str:
    """A heading without capitals, accents and punctuation, so that wordings of it are the same."""
    letters = unicodedata.normalize("NFKD", heading.casefold().replace("’", "").replace("'", ""))
    kept = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", kept).split())


def guess_columns(
    headings: Sequence[str], rows: Sequence[Sequence[str]], remembered: Mapping[str, str] | None = None
) -> list[str]:
    """What each column means ("" for nothing), each meaning once: as it was chosen for this heading before (`remembered`, by
    plain heading), else by its wording; the address also by what the first `rows` hold.
    """
    plain = [plain_heading(heading) for heading in headings]
    known = {**KNOWN, **(remembered or {})}
    meant: list[str] = []
    for heading in plain:
        column = known.get(heading, "")
        meant.append(column if column in COLUMNS and column not in meant else "")
    return _with_address(meant, rows)


def joined_tags(names: Iterable[str]) -> str:
    """Tags as one cell; `split_tags` reads it."""
    return "; ".join(f'"{name.replace(chr(34), chr(34) * 2)}"' if set(',;"') & set(name) else name for name in names)


def split_tags(cell: str) -> list[str]:
    """The tags that a cell names, between commas, semicolons or lines, in order."""
    found = [quoted.replace('""', '"') if quoted else plain for quoted, plain in TAG.findall(cell)]
    return [name.strip() for name in found if name.strip()]


def _with_address(meant: list[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Without a known heading, the address is the free column in which most cells have an @."""
    if EMAIL in meant:
        return meant
    count = [0 if meaning else sum("@" in row[place] for row in rows) for place, meaning in enumerate(meant)]
    if count and max(count) * 2 > len(rows):
        meant[count.index(max(count))] = EMAIL
    return meant
