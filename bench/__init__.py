"""Speed, by ratios: ``python -m bench`` measures and prints, and asserts nothing.

Single times mean nothing on a noisy machine. Every time here stands beside one
taken in the same run, in turns with it: an indicator beside the best single SQL
statement for the same numbers, a list beside the same template over one bare
query.
"""
