"""What Notebook 5 is given: two small languages that are known completely, exact answers about them, and figures."""
