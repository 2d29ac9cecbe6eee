"""Profiles a CSV that lands in the raw bucket: what it holds, and what is wrong with it.

`csv_profile.profile` makes the profile and needs the standard library only; `csv_profile.handler` is the Lambda
function; `csv_profile.document` is the shape of a profile. docs/csv-profile.md is the specification.
"""
