"""What is still to come, from what is recorded: entries by hospital, deaths of all arms together.

Nothing here knows an arm.
"""
