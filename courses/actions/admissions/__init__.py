"""Operations of admissions: intakes, applying, deciding, scoring, and what the clock does."""
