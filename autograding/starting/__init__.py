"""How an exam begins in a student's repository: what is locked, the code that opens it, and the clock.

It needs no network and no torch, so that a whole room can begin in the same minute.
"""
