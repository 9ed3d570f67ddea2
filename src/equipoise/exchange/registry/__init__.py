"""The records of the public registry: reading, keeping and finding them, and our own beside them.

Everything lies in one folder that belongs to no trial: it holds no secret, no copy of an
installation takes it along, and its index can be made again from its records.
"""
