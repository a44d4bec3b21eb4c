"""What an agreement looks like in JSON, for its OpenAPI description. Made-up throughout."""

from services.gateway.api.parameters import THREE

AGREEMENT = {
    "state": "disagrees",
    "looked_at": "2017-07-14T09:31:00Z",
    "agreed_at": "2017-07-14T09:20:00Z",
    "on": "2017-07-14",
    "read_to": 1284,
    "cells": {THREE: 1},
    "differences": [
        {"indicator": THREE, "breakdown": "all", "on": "2017-06-30", "period": "on", "number": "numerator",
         "first": 38, "second": 37},
    ],
}  # fmt: skip
