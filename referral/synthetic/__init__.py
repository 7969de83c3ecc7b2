"""Invented people: rules and not records. Pure: no database, no clock, no locale."""
