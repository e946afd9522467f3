"""Train and measure: `python train.py data/station.csv --out model/`."""

import argparse
import json
import sys
from pathlib import Path

import pandas as pd
import settings
from data_checks import UnusableData, check
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def split(table):
    """The last days are held out: tomorrow is never known when the model is trained."""
    return table.iloc[: -settings.TEST_DAYS], table.iloc[-settings.TEST_DAYS :]


def train(table):
    model = make_pipeline(StandardScaler(), Ridge(alpha=settings.ALPHA))
    return model.fit(table[settings.FEATURES], table[settings.TARGET])


def measure(model, table):
    predicted = model.predict(table[settings.FEATURES])
    return {
        "mae": mean_absolute_error(table[settings.TARGET], predicted),
        "mae_baseline": mean_absolute_error(table[settings.TARGET], table["rentals"]),
        "days": len(table),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("csv", type=Path)
    parser.add_argument("--out", type=Path, default=Path("model"))
    arguments = parser.parse_args()
    try:
        table = check(pd.read_csv(arguments.csv))
    except UnusableData as error:
        sys.exit(str(error))
    seen, unseen = split(table)
    model = train(seen)
    arguments.out.mkdir(exist_ok=True)
    (arguments.out / "measures.json").write_text(json.dumps(measure(model, unseen), indent=2))
    ridge = model[-1]
    weights = {"weights": list(ridge.coef_), "intercept": ridge.intercept_}
    (arguments.out / "model.json").write_text(json.dumps(weights, indent=2))


if __name__ == "__main__":
    main()
