"""kill -9 of real client and server processes over loopback, at random moments."""
