"""What is wrong with a curriculum as a whole."""

from dataclasses import replace

import pytest

from courses.curriculum.soundness import errors_of, hours_of, warnings_of


@pytest.fixture
def spec(folder):
    return folder.read()


def with_activities(spec, change):
    """The curriculum whose activities of week 1 are what `change` makes of them."""
    first, *others = spec.modules
    return replace(spec, modules=(replace(first, activities=tuple(change(list(first.activities)))), *others))


def problems(found):
    return [one.problem for one in found]


def test_hours_are_those_of_the_activities_or_outlined(spec):
    lines, planes = map(hours_of, spec.modules)
    assert {area: round(float(hours), 2) for area, hours in lines.items()} == {"modelling": 3.05, "practice": 4.5}
    assert {area: float(hours) for area, hours in planes.items()} == {"modelling": 7.5, "practice": 2}


def test_production_takes_more_than_half_where_there_is_such_an_area(spec):
    assert errors_of(replace(spec, modules=())) == []
    areas = {**spec.areas, "production": "Production engineering"}
    half = with_activities(replace(spec, areas=areas, modules=spec.modules[:1]), lambda all_: [
        replace(all_[0], step="", area="production", minutes=60), replace(all_[1], minutes=60),
    ])  # fmt: skip
    said = "Production engineering takes 1.0 of 2.0 hours, which is not more than half."
    assert problems(errors_of(half)) == [said]
    more = with_activities(half, lambda both: [replace(both[0], minutes=61), both[1]])
    assert errors_of(more) == []


def test_an_algorithm_is_learned_in_four_steps_in_order(spec):
    assert problems(errors_of(spec)) == ["The steps of linear regression (week 1) are concept."]
    steps = ["concept", "mathematics", "implement", "train-and-test"]

    def stepped(order):
        return lambda all_: [replace(all_[0], slug=step, step=step) for step in order]

    assert errors_of(with_activities(spec, stepped(steps))) == []
    assert len(errors_of(with_activities(spec, stepped([*steps[1:], steps[0]])))) == 1
    assert len(errors_of(with_activities(spec, stepped(steps * 2)))) == 1


def test_long_weeks_other_hours_and_unused_skills_are_warned_of(spec):
    assert problems(warnings_of(spec)) == ["Nothing teaches the skill python."]
    long = with_activities(spec, lambda all_: [replace(all_[0], minutes=1201, skills=("python", "linear-models"))])
    assert problems(warnings_of(long)) == ["Week 1 takes 20.0 hours."]
    first, second = spec.modules
    outlined = replace(first, outline_hours=second.outline_hours)
    (hours, _) = problems(warnings_of(replace(spec, modules=(outlined, second))))
    assert hours == "The activities of week 1 take other hours than its outline: modelling 3.05, practice 4.50."
