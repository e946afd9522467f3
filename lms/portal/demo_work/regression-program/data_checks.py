"""Refuse data that cannot be used, with one sentence that says why."""

import settings


class UnusableData(Exception):
    pass


def check(table):
    missing = [name for name in [settings.TARGET, *settings.FEATURES] if name not in table.columns]
    if missing:
        raise UnusableData(f"The columns {', '.join(missing)} are missing.")
    if len(table) < settings.MIN_ROWS:
        raise UnusableData(f"{len(table)} rows are too few; at least {settings.MIN_ROWS} are needed.")
    for name in [settings.TARGET, *settings.FEATURES]:
        if table[name].dtype == object:
            raise UnusableData(f"The column {name} holds text where numbers belong.")
        if table[name].isna().any():
            raise UnusableData(f"The column {name} has {int(table[name].isna().sum())} missing values.")
    return table
