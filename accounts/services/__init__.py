"""What is done with people and their ways in: one function, one transaction, one entry.

By subject: `people`, `stays`, `locking`, `once`, `tries`, `step_up`, `second_step`, `credentials`,
`invitations`, `recovery`. What other apps use most is named here.
"""

from accounts.services.once import answer, claim
from accounts.services.people import (
    SET_UP,
    DemoBesideReal,
    Issued,
    create_practice,
    create_staff,
    free_sign_in_names,
    prepare_user,
)
from accounts.services.stays import note_failed_sign_in, note_sign_in, note_sign_out
from accounts.services.step_up import (
    STEP_UP_LASTS,
    StepUpRefused,
    StepUpScope,
    begin_step_up,
    confirm_by_passkey,
    confirm_step_up,
    step_up_refusals_noted,
    use_step_up,
)

__all__ = [
    "SET_UP",
    "STEP_UP_LASTS",
    "DemoBesideReal",
    "Issued",
    "StepUpRefused",
    "StepUpScope",
    "answer",
    "begin_step_up",
    "claim",
    "confirm_by_passkey",
    "confirm_step_up",
    "create_practice",
    "create_staff",
    "free_sign_in_names",
    "note_failed_sign_in",
    "note_sign_in",
    "note_sign_out",
    "prepare_user",
    "step_up_refusals_noted",
    "use_step_up",
]
