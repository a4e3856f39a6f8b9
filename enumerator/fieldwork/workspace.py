"""The window's single door to the core."""

from __future__ import annotations

from datetime import tzinfo

from enumerator.fieldwork.binding import SP2020_C1, FormBinding
from enumerator.fieldwork.caseload import CaseloadView
from enumerator.fieldwork.delivery import Delivery
from enumerator.fieldwork.interviewing import Interviewing
from enumerator.fieldwork.supervising import Supervising
from enumerator.fieldwork.visiting import Visiting
from enumerator.store import OfficerStore


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
        self.supervising = Supervising(store)
        self.delivery = Delivery(store)

    @property
    def is_supervisor(self) -> bool:
        return self.store.enrolment.role == "supervisor"

    def close(self) -> None:
        self.store.close()
