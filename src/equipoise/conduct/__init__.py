"""What follows: one module for each chapter of the protocol.

`trial` is the one way in. A chapter (`consent`, `screening`, `panel`, `randomisation`, `forms`,
`follow_up`, `office`) says which acts there are, why each may be refused, and what it leaves on the
subject. Questions that several chapters ask stand in modules of their own (`eligibility`,
`schedule`, `status`); chapters do not import one another.
"""
