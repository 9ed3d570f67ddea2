"""What is true of one participant, chapter by chapter.

Each chapter of the protocol keeps what its own acts leave, and only they write it. A chapter's
state also says what the others may ask of it: the facts that criteria speak of, the days on which
the participant was seen alive, and the day from which nothing more is asked.
"""
