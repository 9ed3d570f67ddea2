"""The finder of trials for anyone: searching the registry's records, one record, two side by side.

It reads the folder of records alone, which belongs to no trial.
"""
