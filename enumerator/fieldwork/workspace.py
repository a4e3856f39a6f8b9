"""The window's single door to the core."""

from __future__ import annotations

import logging
from datetime import tzinfo

from enumerator.errors import KnownError
from enumerator.fieldwork.binding import SP2020_C1, FormBinding
from enumerator.fieldwork.caseload import CaseloadView
from enumerator.fieldwork.delivery import Delivery
from enumerator.fieldwork.interviewing import Interviewing
from enumerator.fieldwork.parking import Parking
from enumerator.fieldwork.supervising import Supervising
from enumerator.fieldwork.visiting import Visiting
from enumerator.store import OfficerStore

log = logging.getLogger(__name__)


class Workspace:
    """One officer at work. Every call blocks until the disk has what it recorded; all are
    thread-safe. ``zone`` None: the laptop's own."""

    def __init__(
        self,
        store: OfficerStore,
        *,
        zone: tzinfo | None = None,
        binding: FormBinding = SP2020_C1,
    ) -> None:
        self.store = store
        self.caseload = CaseloadView(store)
        self.visiting = Visiting(store, zone)
        self.interviewing = Interviewing(store, self.visiting, zone, binding)
        self.parking = Parking(store, self.interviewing)
        self.supervising = Supervising(store, self.interviewing)
        self.delivery = Delivery(store)

    @property
    def is_supervisor(self) -> bool:
        return self.store.enrolment.role == "supervisor"

    def close(self) -> None:
        """Lock up: back up when it is due, then close the store. A backup that fails stops
        nobody from closing."""
        try:
            self.store.backup.make_if_due()
        except (KnownError, OSError) as error:
            why = error.code if isinstance(error, KnownError) else type(error).__name__
            log.warning("no backup was made: %s", why)
        self.store.close()
