"""The wire between laptop and central server, and both of its ends. The contract: PROTOCOL.md."""
