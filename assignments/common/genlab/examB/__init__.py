"""What Exam B is given: a figure, and trained networks."""
