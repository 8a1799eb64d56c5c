"""What happens to a row of the replay."""

from __future__ import annotations

from enum import IntEnum


class Act(IntEnum):
    """What happens to a row, in the order in which it may happen at one moment; from 10 on to a dossier."""

    OPEN = 0
    CLASSIFY = 1
    ACCEPT = 2
    ANSWER = 3
    REFUSE = 4
    RATE = 5
    SEND_ON = 10
    TAKE_IN = 11
    TURN_DOWN = 12
    BEGIN = 13
    ASK = 14
    REPLY = 15
    APOLOGISE = 16
    SETTLE_PART = 17
    SETTLE = 18
    STOP = 19
    WITHDRAW = 20
    HAND_OVER = 21
