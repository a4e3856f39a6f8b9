"""What envelopes mean, a module a kind; ``sync.server.applying`` calls them.

Every rule is a function of what the store holds, so that the same envelopes give the same state
whatever way, in whatever order and however often they come. What comes before its reason (a visit
before the assignment that entitles its officer) is held, waits for its family, and is judged again
when something happens to that family.
"""
