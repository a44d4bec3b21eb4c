"""The conformance kit: golden journeys, refusals and requests with what a door must answer, and how they are tried."""
