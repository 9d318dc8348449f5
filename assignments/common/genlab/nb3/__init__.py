"""What Notebook 3 is given: points in the plane, how well samples match them, and figures."""
