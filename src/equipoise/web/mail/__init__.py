"""Mails: few, to people of the trial only, with ids and links and nothing of anyone's health.

A mail waits in the table of jobs under the person's id; their address is read when it is sent. It
is sent at least once: a second sending after a server broke off bears the same Message-ID.
"""
