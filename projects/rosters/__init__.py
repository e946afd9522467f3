"""Rosters of a cohort: reading what a row wants, seeing what holds, and what that would change."""
