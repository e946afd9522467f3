"""The exercises that the grading benchmark runs: what the programme ships, and four of the common kind."""

from pathlib import Path

from projects.grading.bundle import SOURCE, Bundle
from tests.projects.grading.build import answer, check, code, hidden, notebook

LIBRARY = Path(__file__).parents[2] / "courses" / "library" / "ml-engineering"


def solution(source):
    return f"### BEGIN SOLUTION\n{source}\n### END SOLUTION"


CLEANING = [
    code(
        "import numpy as np\nimport pandas as pd\n"
        "raw = pd.DataFrame({'city': ['Lisbon', 'lisbon ', None, 'Porto'] * 50, 'price': ['10', '12', 'n/a', '7'] * 50})"
    ),
    answer(
        "clean",
        solution(
            "def clean(frame):\n    out = frame.copy()\n    out['city'] = out['city'].str.strip().str.title()\n"
            "    out['price'] = pd.to_numeric(out['price'], errors='coerce')\n    return out.dropna().reset_index(drop=True)"
        ),
    ),
    check(
        "test_clean", "tidy = clean(raw)\nassert list(tidy.columns) == ['city', 'price']\nassert len(tidy) == 150", 2
    ),
    check("test_kinds", hidden("tidy = clean(raw)\nassert set(tidy['city']) == {'Lisbon', 'Porto'}"), 3),
    answer(
        "mean_by_city", solution("def mean_by_city(frame):\n    return clean(frame).groupby('city')['price'].mean()")
    ),
    check("test_means", "means = mean_by_city(raw)\nassert abs(means['Lisbon'] - 11) < 1e-9", 2),
]
CLASSIFYING = [
    code(
        "from sklearn.datasets import load_iris\nfrom sklearn.linear_model import LogisticRegression\n"
        "from sklearn.metrics import accuracy_score\nfrom sklearn.model_selection import train_test_split\n"
        "X, y = load_iris(return_X_y=True)\nX_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)"
    ),
    answer("model", solution("model = LogisticRegression(max_iter=500).fit(X_train, y_train)")),
    check("test_fitted", "assert model.coef_.shape == (3, 4)", 2),
    check("test_accuracy", hidden("assert accuracy_score(y_test, model.predict(X_test)) > 0.9"), 4),
]
PIPELINE = [
    code(
        "import numpy as np\nfrom sklearn.compose import ColumnTransformer\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import OneHotEncoder, StandardScaler\nfrom sklearn.tree import DecisionTreeRegressor\n"
        "import pandas as pd\nrng = np.random.default_rng(0)\n"
        "frame = pd.DataFrame({'area': rng.uniform(30, 90, 200), 'zone': rng.choice(list('abc'), 200)})\n"
        "target = frame['area'] * 2 + frame['zone'].map({'a': 0, 'b': 10, 'c': 20})"
    ),
    answer(
        "pipeline",
        solution(
            "pipeline = make_pipeline(\n"
            "    ColumnTransformer([('n', StandardScaler(), ['area']), ('c', OneHotEncoder(), ['zone'])]),\n"
            "    DecisionTreeRegressor(random_state=0),\n).fit(frame, target)"
        ),
    ),
    check("test_steps", "assert len(pipeline.steps) == 2", 1),
    check("test_score", hidden("assert pipeline.score(frame, target) > 0.95"), 4),
]
PLOTTING = [
    code("%matplotlib inline\nimport matplotlib.pyplot as plt\nimport numpy as np"),
    answer(
        "curve",
        solution(
            "def curve(n):\n    return np.linspace(0, 1, n) ** 2\n\nfig, ax = plt.subplots()\nax.plot(curve(100))\n"
            "ax.set_xlabel('x')"
        ),
    ),
    check("test_curve", "assert curve(11)[-1] == 1\nassert len(curve(5)) == 5", 2),
    check("test_shape", hidden("assert np.allclose(curve(3), [0, 0.25, 1])"), 2),
]


COMMON = {"cleaning tables": CLEANING, "classifying": CLASSIFYING, "a pipeline": PIPELINE, "plotting": PLOTTING}


def exercises():
    """Title -> bundle without a config, those of the common kind first."""
    found = {title: notebook(*cells) for title, cells in COMMON.items()}
    found |= {
        path.stem.replace("-", " "): path.read_bytes() for path in sorted(LIBRARY.glob("weeks/0[34]-*/*/*.ipynb"))
    }
    return {title: Bundle("notebook", {SOURCE: data}) for title, data in found.items()}
