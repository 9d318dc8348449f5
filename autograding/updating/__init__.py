"""Brings the course's fixes into a student's repository. The student's command and the instructor's plan use the same code.

Standard library only: a fix must also reach those whose installation is broken.
"""
