"""Sign-in through a hospital's own identity provider, by OpenID Connect.

The operator names the providers, allauth carries the protocol, and here it is decided what an
answer means. A person is known by issuer and subject together, never by an address or a name, and
nobody comes to have an account by it.
"""
