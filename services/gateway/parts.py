"""What the gateway is made of, put together once at its start and handed to whoever answers."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from holdfast.runtime.clock import Clock
from services.gateway.alerts.held import Alerts
from services.gateway.alerts.store import Deliveries
from services.gateway.alerts.webhooks import Deliverer, Seal
from services.gateway.erasures.store import ErasureStore
from services.gateway.feeds.sent import Places
from services.gateway.figures.held import Figures
from services.gateway.figures.live import Live
from services.gateway.figures.targets import Publisher, TargetsHeld
from services.gateway.follower import Follower
from services.gateway.neighbours.intake import Intake
from services.gateway.neighbours.register import Register
from services.gateway.neighbours.rejected import Rejected
from services.gateway.parity.check import Parity
from services.gateway.people.access import Access
from services.gateway.people.sign_in import Door
from services.gateway.people.store import Store
from services.gateway.settings import GatewaySettings
from services.gateway.settledness.settled import Settled
from services.gateway.uploads.course import Uploads


@dataclass(frozen=True, slots=True)
class Parts:
    """Every part, each with one job."""

    settings: GatewaySettings
    clock: Clock
    figures: Figures
    alerts: Alerts
    targets: TargetsHeld
    live: Live
    parity: Parity
    register: Register
    settled: Settled
    feeds: Places
    intake: Intake
    rejected: Rejected
    uploads: Uploads
    access: Access
    door: Door
    store: Store
    deliveries: Deliveries
    erasures: ErasureStore
    deliverer: Deliverer
    seal: Seal
    producer: Publisher
    followers: tuple[Follower, ...]


def parts_of(request: Request) -> Parts:
    """What the gateway is made of."""
    held: Parts = request.app.state.parts
    return held


Made = Annotated[Parts, Depends(parts_of)]
