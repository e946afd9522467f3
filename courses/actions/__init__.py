"""Operations of the courses app: each a keyword-only, atomic verb that names its actor and writes its audit row."""
