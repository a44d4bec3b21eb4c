"""What erasures look like at the door, for their OpenAPI description. Made-up throughout."""

_CHILD = "mxu3vnkbmm4u5o2sclztpfmyoi"

ERASURE = {"child": _CHILD, "reason": "The authority's own request of 3 July", "dry_run": True}
HELD = {"child": True, "statements": 8, "returned": 0, "quarantined": 1, "refused": False}
