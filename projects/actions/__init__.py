"""Operations of the projects app: each a keyword-only, atomic verb that names its actor and writes its audit row."""
