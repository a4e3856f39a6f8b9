"""The supervisor's screens: the team, and giving families to another officer."""
