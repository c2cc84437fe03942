"""Two people: halves that fit each other and can be used alone, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

PAIR_ROWS = read_rows(
    "pair",
    """
Couple, arm around the shoulders | forward-L | around | pocket | 0 0 6 | | 0 | couple friendly
Couple, leaning on the shoulder | cross-R | belly | waist | 0 0 -18 | 0 -10 0 | 0 | couple romantic
Couple, arm around the waist | step-long-L | waist | loose | 0 0 8 | | 10 | couple romantic
Couple, both arms around | step-L | embrace-high | embrace-high | 0 -12 8 | 4 0 0 | 55 | couple romantic
Couple, holding from in front | step-R | embrace | embrace | 0 14 -6 | 6 0 0 | -55 | couple romantic
Couple, holding from behind | close | embrace | under | 0 6 12 | 10 0 0 | 20 | couple romantic
Couple, held from behind | hip-out-L | under | other-arm | 10 -6 -10 | -4 0 0 | -20 | couple romantic
Hand in hand, walking | stroll-L | hold-hand | - | 30 0 0 | -8 0 0 | 12 | couple walking
Arm in arm, walking | stroll-R | arm-in-arm | bag | 20 0 0 | 8 -8 -14 | -18 | couple walking
Waltz, the lead | step-long-L | lead | embrace | 20 0 0 | | -50 | couple formal
Waltz, the follow | toe-behind-R | embrace-high | lead | 20 -6 10 | -10 0 0 | 50 | couple formal
Dip, the lead | lunge-L | embrace | aside-soft | 0 20 0 | 22 0 0 | 30 | couple passion
Dip, the follow | raised-back-L | embrace-high | low-open | 0 -26 0 | -26 0 0 | 40 | couple passion
Twirl, the lead | step-R | hip | barbell | 0 -4 0 | | 30 | couple party
Twirl, the follow | tiptoe | out | crown | 10 -4 0 | | 25 | couple party
High five, facing | bow-stance-L | fist-hip | five | 0 -4 0 | | 60 | couple joy
Fist bump, facing | step-R | pocket | punch | 0 2 0 | | -60 | couple friendly
Lifting a partner | low | ball-up | ball-up | 0 -20 0 | | 30 | couple power
Lifted by a partner | tuck-jump | embrace-high | wide | 0 10 0 | 8 0 0 | 30 | couple joy
Piggyback, the carrier | half-squat | pull | pull | 0 0 0 | 20 0 0 | 30 | couple joy
Back to back, arms crossed | toe-behind-L | over | under | 30 0 0 | -6 0 0 | 85 | couple confident
Sitting close, head on the shoulder | sit-close | around | thigh | 0 4 16 | 0 8 0 | 0 | couple romantic
Sitting close, arm around | sit-wide | thigh | around | 0 0 -8 | | 12 | couple romantic
Proposal accepted | tiptoe | mouth | offer | 0 16 0 | | -40 | couple romantic
Whispering to a friend | bent-forward-L | belly | shout | 50 4 0 | 4 8 0 | -10 | couple quiet
Dancing face to face | hip-out-L | snake | lead | 20 0 0 | | -40 | couple party
Sparring, facing | back-stance-L | guard | pull | 0 0 0 | 6 0 0 | 55 | couple fight
""",
)
