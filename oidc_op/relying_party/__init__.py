"""The other side of the protocol: what an application does, on Authlib's client."""
