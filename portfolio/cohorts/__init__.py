"""Cohorts: what is learnt, when, and who takes part."""
