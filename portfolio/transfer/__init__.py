"""Entries and lists of people into the app, and everything out of it again."""
