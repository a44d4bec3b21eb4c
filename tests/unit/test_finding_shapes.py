"""What the register tells of a finding is read by the gateway whole, its statements' data included."""

import msgspec

from holdfast.contracts.findings import Said
from services.gateway.children.journeys import statements_of
from tests.factories import moved


def test_a_statement_keeps_its_data_on_the_way_from_the_register_to_the_page() -> None:
    event = moved("2017-03-01", "P", "K2", provider="PR1")
    said = Said(
        statement="ab", type=event.type, fact=event.fact, system="liquidlogic", recordedtime=event.recordedtime,
        receivedtime=event.recordedtime, partition=0, offset=7, standing="standing",
        data=msgspec.Raw(msgspec.json.encode(event.data)),
    )  # fmt: skip
    sent = msgspec.json.encode([said])
    read = msgspec.json.decode(sent, type=list[Said])
    assert msgspec.json.encode(read) == sent
    [row] = statements_of(msgspec.json.decode(msgspec.json.encode(read)))
    assert row.happened == "1 March 2017"
    assert any("PR1" in value for _, value in row.said)
