import builtins

NAMES = ["ana", "Ben", "cleo", "DEV", "Eva Maria", "Zoë"]
FIELDS = ("courier", "km", "minutes")


def _row(trip):
    return (trip.courier, trip.km, trip.minutes)


def _message(call):
    """The text of the BadRecord that ``call`` raises."""
    try:
        call()
    except NotImplementedError:
        raise
    except Exception as problem:
        if getattr(problem, "learner_raised", "") != "BadRecord" or not isinstance(problem, ValueError):
            raise Told(f"A bad line must raise BadRecord, a kind of ValueError, not {getattr(problem, 'learner_raised', 'that')}.")
        return str(problem)
    raise Told("A bad line went through without an error.")


def _refused(*values):
    try:
        Trip(*values)
    except NotImplementedError:
        raise
    except ValueError:
        return True
    return False


def _line(rng):
    courier, km = rng.choice(NAMES), round(rng.uniform(0.2, 9), 2)
    minutes = rng.choice([rng.randint(3, 60), round(rng.uniform(3, 60), 1)])
    pad = [" " * rng.randint(0, 2) for _ in range(6)]
    return f"{pad[0]}{courier}{pad[1]};{pad[2]}{km}{pad[3]};{pad[4]}{minutes}{pad[5]}", (courier, km, float(minutes))


def check_trip():
    trip = Trip("ana", 3.0, 16.0)
    assert _row(trip) == ("ana", 3.0, 16.0), "Trip('ana', 3.0, 16.0) must keep its courier, km and minutes"
    assert _row(Trip("ben", 0.1, 1.0)) == ("ben", 0.1, 1.0), "a short trip is a trip, too"


def check_trip_refuses():
    rng = draw(__seed__)
    assert not _refused("ana", rng.uniform(0.1, 5), rng.uniform(1, 50))
    for bad in (0.0, -rng.uniform(0.1, 5), float("nan"), float("inf"), float("-inf")):
        assert _refused("ana", bad, 5.0)
        assert _refused("ana", 5.0, bad)
    for blank in ("", " ", "\t  "):
        assert _refused(blank, 2.0, 5.0)


def check_parse():
    assert _row(parse_trip("ana;3.0;16", 1)) == ("ana", 3.0, 16.0), "parse_trip('ana;3.0;16', 1)"
    assert _row(parse_trip(" ben ; 1.5 ; 9 \n", 2)) == ("ben", 1.5, 9.0), "space around the fields does not count"
    assert _row(parse_trip("Eva Maria;2;7.5", 3)) == ("Eva Maria", 2.0, 7.5), "parse_trip('Eva Maria;2;7.5', 3)"
    rng = draw(__seed__)
    for _ in range(10):
        line, wanted = _line(rng)
        assert _row(parse_trip(line, 3)) == wanted, f"parse_trip({line!r}, 3)"


def check_parse_errors():
    rng = draw(__seed__)
    cases = [("ana;3.0", None), ("ana;3;16;7", None), ("ana", None), (";3.0;16", "courier"), ("  ;3.0;16", "courier")]
    for bad in ("", "three", "0", "-2", "nan", "inf", "1e999"):
        cases += [(f"ben;{bad};9", "km"), (f"ben;1.5;{bad}", "minutes")]
    rng.shuffle(cases)
    for line, field in cases:
        number = rng.randint(1, 9000)
        text = _message(lambda: parse_trip(line, number))
        assert text.startswith(f"line {number}: ")
        if field:
            assert [name for name in FIELDS if name in text] == [field]


def check_read():
    lines = ["# courier;km;minutes", "ana;3.0;16", "", "   ", "  # ben was ill", " ben;1.5;9"]
    found = [_row(trip) for trip in read_trips(lines)]
    assert found == [("ana", 3.0, 16.0), ("ben", 1.5, 9.0)], f"two of these six lines are trips: {found}"
    text = _message(lambda: [_row(trip) for trip in read_trips([*lines, "cleo;0;7"])])
    assert text.startswith("line 7: "), f"the bad line is line 7 in an editor, the message says {text!r}"


def check_read_lazy():
    rng = draw(__seed__)
    lines, wanted = zip(*(_line(rng) for _ in range(5)))
    found = []
    walk = iter(read_trips([*lines, "#", "rubbish", "ana;1;2"]))
    for _ in range(5):
        found.append(_row(next(walk)))
    assert found == list(wanted)
    assert _message(lambda: next(walk)).startswith("line 7: ")


def check_sort_out():
    rng = draw(__seed__)
    lines, wanted, bad = [], [], []
    for number in range(1, 60):
        kind = rng.randrange(4)
        if kind < 2:
            line, row = _line(rng)
            wanted.append(row)
        elif kind == 2:
            line = ["dev;nan;4", "dev;-1;4", "dev;1", ";1;4", "dev;1;soon"][len(bad) % 5]
            bad.append(number)
        else:
            line = rng.choice(["", "  ", "# x", " #"])
        lines.append(line)
    good, messages = sort_out(lines)
    assert [_row(trip) for trip in good] == wanted
    assert len(messages) == len(bad)
    for number, text in zip(bad, messages):
        assert text.startswith(f"line {number}: ")
    good, messages = sort_out([])
    assert list(good) == [] and list(messages) == []


def check_pace():
    good, _ = sort_out(["ana;1;9", "ana;4;16", "ben;2;10"])
    assert close(dict(pace(good)), {"ana": 5.0, "ben": 5.0}, 1e-9), (
        "ana rode 5 km in 25 minutes: 5 minutes per km, and not the mean of 9 and 4"
    )
    lazy = dict(pace(read_trips(["ana;1;9", "ana;4;16", "ben;2;10"])))
    assert close(lazy, {"ana": 5.0, "ben": 5.0}, 1e-9), (
        "pace(read_trips(lines)): trips that are made as they are asked for can be walked only once"
    )
    rng = draw(__seed__)
    rows = [_line(rng) for _ in range(30)]
    wanted = {}
    for name in {row[0] for _, row in rows}:
        mine = [row for _, row in rows if row[0] == name]
        wanted[name] = builtins.sum(row[2] for row in mine) / builtins.sum(row[1] for row in mine)
    good, _ = sort_out([line for line, _ in rows])
    assert close(dict(pace(good)), wanted, 1e-9), "minutes per kilometre of thirty random trips"
