"""The words that a test is written in.

For the judge: `compare` (how an answer is judged), `observed` (what was measured), `statistics` (of random answers),
`coins` (of what is thrown for every token of a sequence).
For probes, which run beside the student's code: `given_parts`, `gradients`, `optimizers`. A test file imports their
functions under their own names; `judge.probes` packs them with the probe, so that a worker cannot import them.
"""
