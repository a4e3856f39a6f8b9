"""A supervisor's laptop helps officers send, on the network of one house.

``desk`` is what the relay says to each message, ``serving`` puts it on the network; ``handing``
is the officer's side, ``link`` its way there, ``finding`` how it finds the relay. Nobody here is
trusted: items are sealed to the office, answers are signed by the server.
"""
