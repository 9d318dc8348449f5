"""Submissions that try to gain points, to read what they should not, or to break the run."""
