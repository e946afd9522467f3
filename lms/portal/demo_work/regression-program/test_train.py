import numpy as np
import pandas as pd
import pytest
import settings
from data_checks import UnusableData, check
from train import measure, split, train


@pytest.fixture
def table():
    random = np.random.default_rng(7)
    days = 400
    frame = pd.DataFrame(
        {
            "rentals": random.normal(180, 40, days),
            "temperature": random.normal(16, 6, days),
            "rain_mm": random.exponential(2, days),
            "is_weekend": (np.arange(days) % 7 >= 5).astype(int),
        }
    )
    noise = random.normal(0, 10, days)
    frame["rentals_tomorrow"] = 40 + 0.6 * frame["rentals"] + 3 * frame["temperature"] - 4 * frame["rain_mm"] + noise
    return frame


def test_a_good_table_passes(table):
    assert check(table) is table


@pytest.mark.parametrize("column", settings.FEATURES)
def test_a_missing_column_is_refused(table, column):
    with pytest.raises(UnusableData, match=column):
        check(table.drop(columns=column))


def test_missing_values_are_refused(table):
    table.loc[3, "temperature"] = np.nan
    with pytest.raises(UnusableData, match="1 missing"):
        check(table)


def test_too_few_rows_are_refused(table):
    with pytest.raises(UnusableData, match="too few"):
        check(table.head(20))


def test_the_split_keeps_time_in_order(table):
    seen, unseen = split(table)
    assert seen.index.max() < unseen.index.min()


def test_the_model_beats_the_baseline(table):
    seen, unseen = split(table)
    measures = measure(train(seen), unseen)
    assert measures["mae"] < measures["mae_baseline"]


def test_shuffled_targets_teach_nothing(table):
    table["rentals_tomorrow"] = np.random.default_rng(1).permutation(table["rentals_tomorrow"])
    seen, unseen = split(table)
    spread = unseen["rentals_tomorrow"].std()
    assert measure(train(seen), unseen)["mae"] > 0.7 * spread
