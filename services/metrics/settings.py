"""Settings of the metrics service. Topics and the application are named here so that tests can have their own.

What governs correctness (acknowledgements, idempotence, what may be committed) is not a setting.
"""

from pydantic import Field, field_validator

from holdfast.contracts import topics
from holdfast.indicators.choices import Choices, choose
from holdfast.runtime.settings import ServiceSettings

TABLE = "children"


class MetricsSettings(ServiceSettings):
    """What metrics is told beside what every service is."""

    port: int = Field(8103, description="port of health and telemetry", ge=1, le=65535)
    application: str = Field("metrics", description="name of the consumer group, and first word of its changelog")
    events_topic: str = Field(topics.EVENTS, description="topic of the events")
    indicators_topic: str = Field(topics.INDICATORS, description="topic of the figures")
    targets_topic: str = Field(topics.TARGETS, description="topic of the targets")
    alerts_topic: str = Field(topics.ALERTS, description="topic of the alerts")
    month_ends: int = Field(24, description="past month ends said with each figure", ge=1, le=600)
    ahead: int = Field(12, description="month ends to come said with each figure", ge=0, le=12)

    choices: str = Field("", description="choices of the definitions other than the default, as name=value,name=value")

    session_timeout_seconds: float = Field(6.0, description="a worker silent for so long is replaced", ge=6, le=30)
    commit_seconds: float = Field(0.5, description="how often offsets are committed", ge=0.1, le=2.8)
    stall_seconds: float = Field(15.0, description="no offset committed for so long while there is lag: hung", ge=1)
    send_timeout_seconds: float = Field(30.0, description="a record not acknowledged after so long ends the worker")

    pace_seconds: float = Field(0.25, description="an authority's figures are said at most so often", ge=0)
    backlog_records: int = Field(500, description="this far behind, figures are said at the backlog's pace", ge=1)
    backlog_pace_seconds: float = Field(20.0, description="while far behind, said at least so often", ge=0)
    again_seconds: float = Field(600.0, description="every figure is said again so often", ge=1)
    settled_seconds: float = Field(30.0, description="every figure is said again so long after an assignment", ge=0)

    @field_validator("choices")
    @classmethod
    def _are_choices(cls, text: str) -> str:
        choose(text)
        return text

    @property
    def chosen(self) -> Choices:
        """The choices that the figures are made with."""
        return choose(self.choices)

    @property
    def changelog_topic(self) -> str:
        """Faust names a table's changelog after the application and the table."""
        return f"{self.application}-{TABLE}-changelog"
