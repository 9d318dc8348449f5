"""What Notebook 6 and the mock exams are given: programs around the functions to mend, and a timer."""
