"""What corrections look like at the door, for their OpenAPI description. Made-up throughout."""

_CHILD = "mxu3vnkbmm4u5o2sclztpfmyoi"

CORRECTION = {
    "child": _CHILD,
    "system": "liquidlogic",
    "fact": "zk4q2vn7m3xw5ahc6ydbt2jfse",
    "request": "f3a1c7d2-58e4-4b0c-9a6e-0d2b7c4e1f95",
    "type": "care.placement-move.v1",
    "data": {"on": "2017-05-09", "reason_for_new_episode": "B", "placement": {"type": "U4"}},
}
CORRECTED = {
    "statement": "4b8e0d2c7a19f5631ce70a4d9b2f8e65",
    "recordedtime": "2017-07-14T09:31:00Z",
    "published": True,
}
