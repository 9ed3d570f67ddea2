"""What is done later, and not by the person who caused it: mails, copies by night, alarms.

A job is a row that is written in the transaction of its cause, so that both stand or fall together.
A runner takes it for a while (its lease), does it, and notes how it went. A runner that dies leaves
the job to the next one once the lease has ended. Jobs compute and send; they record nothing in the
ledger but what is the study's own rule (`rules`).
"""
