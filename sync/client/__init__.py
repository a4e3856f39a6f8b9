"""The laptop's end of the wire.

``engine.sync_once`` does one session, ``enrolment.enrol`` makes an officer's store,
``schedule.Schedule`` says when to try next. Only ``transport`` knows HTTP.
"""
