"""The words of tickets: their states, what is done with them, and why it is not."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a ticket is on its path. Expired is no state: the type's validity says it."""

    IN_STOCK = "in-stock"
    AT_POINT = "at-point"
    HANDED_OUT = "handed-out"
    USED_UP = "used-up"
    VOIDED = "voided"
    LOST = "lost"


class Action(StrEnum):
    """What is done with a ticket."""

    ACQUIRE = "acquire"
    ALLOCATE = "allocate"
    TRANSFER = "transfer"
    RETURN = "return"
    HAND_OUT = "hand-out"
    UNDO_HAND_OUT = "undo-hand-out"
    USE = "use"
    VOID = "void"
    LOSE = "lose"
    FIND = "find"
    REPLACE = "replace"


class Reason(StrEnum):
    """Why something about tickets is refused. Alphabetical."""

    ALREADY_HANDED_OUT = "already-handed-out"
    ALREADY_PRINTED = "already-printed"
    ALREADY_UNDONE = "already-undone"
    CHANGED_MEANWHILE = "changed-meanwhile"
    CODE_MISSING = "code-missing"
    DAY_IN_FUTURE = "day-in-future"
    ENDS_BEFORE_START = "ends-before-start"
    EXPIRED = "expired"
    GROUP_MISSING = "group-missing"
    HERE_ALREADY = "here-already"
    ID_REUSED = "id-reused"
    IN_STOCK = "in-stock"
    KEY_CHANGED = "key-changed"
    LOST = "lost"
    NAME_MISSING = "name-missing"
    NAME_TAKEN = "name-taken"
    NOTE_MISSING = "note-missing"
    NOTHING_TO_MOVE = "nothing-to-move"
    NOTHING_TO_PRINT = "nothing-to-print"
    NOT_AT_POINT = "not-at-point"
    NOT_CODED = "not-coded"
    NOT_COUNTED = "not-counted"
    NOT_HANDED_OUT = "not-handed-out"
    NOT_IN_STOCK = "not-in-stock"
    NOT_LOST = "not-lost"
    NOT_VALID_HERE = "not-valid-here"
    NOT_YET_VALID = "not-yet-valid"
    OTHER_POINT = "other-point"
    OTHER_TYPE = "other-type"
    PREFIX_TAKEN = "prefix-taken"
    PREFIX_WRONG = "prefix-wrong"
    PRINT_STOPPED = "print-stopped"
    QUANTITY_WRONG = "quantity-wrong"
    RANGE_WRONG = "range-wrong"
    REPLACED = "replaced"
    SCANNED_JUST_NOW = "scanned-just-now"
    TOO_FEW = "too-few"
    TOO_LATE_TO_UNDO = "too-late-to-undo"
    UNKNOWN_CODE = "unknown-code"
    USED_ALREADY = "used-already"
    USED_UP = "used-up"
    USES_WRONG = "uses-wrong"
    VALUE_NEGATIVE = "value-negative"
    VENUES_MISSING = "venues-missing"
    VOIDED = "voided"
