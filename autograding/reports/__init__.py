"""Reports: each module turns the one score, `scores.json`, into what one reader or receiver wants to have.

`reading` is the only judge of what the file says, `escape` the only place that makes text safe.
Standard library only, except `html`, which needs jinja2.
"""
