"""What the gateway is made of, put together once at its start and handed to whoever answers."""

from dataclasses import dataclass

from holdfast.runtime.clock import Clock
from services.gateway.access import Access
from services.gateway.alerts import Alerts
from services.gateway.deliveries import Deliveries
from services.gateway.erasure_store import ErasureStore
from services.gateway.feeds.sent import Places
from services.gateway.figures import Figures
from services.gateway.follower import Follower
from services.gateway.intake import Intake
from services.gateway.live import Live
from services.gateway.parity import Parity
from services.gateway.register import Register
from services.gateway.rejected import Rejected
from services.gateway.settings import GatewaySettings
from services.gateway.settledness import Settled
from services.gateway.sign_in import Door
from services.gateway.store import Store
from services.gateway.targets import Publisher, TargetsHeld
from services.gateway.uploads.course import Uploads
from services.gateway.webhooks import Deliverer, Seal


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
