"""File formats that other systems know, derived from one table each."""
