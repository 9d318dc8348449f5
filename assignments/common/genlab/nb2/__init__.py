"""What Notebook 2 is given: a toy whose likelihood is known, measurements of a hierarchy, and figures."""
