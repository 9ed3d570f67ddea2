"""People's accounts: signing in, passwords, second factors, keys, what is one's own."""
