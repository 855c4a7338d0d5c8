"""The invented cohort behind `make run`."""
