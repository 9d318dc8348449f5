"""Given to the rehearsal on Monday."""
