"""What Exam A is given."""
