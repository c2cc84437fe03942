"""Dance poses of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

DANCE_ROWS = read_rows(
    "dance",
    """
Ballet, second position | knee-in-L | aside-soft | aside-soft | 20 -4 0 | | 0 | ballet
Ballet, one arm forward | knee-in-R | reach | aside-soft | 20 -4 0 | | 25 | ballet L=soft
Ballet, reverence | crossed-behind-L | low-open | aside-soft | 10 20 6 | 12 0 0 | -15 | ballet polite
Ballet, leg raised aside | raised-aside-L | crown | aside | 20 -4 0 | | 0 | ballet balance
Ballet, leg raised forward | raised-forward-R | crown | aside-soft | 0 -4 0 | | 45 | ballet balance
Ballet, small jump | straight-jump | low-round | low-round | 0 -4 0 | 0 0 -18 | 20 | ballet
Ballet, jump with bent legs | tuck-jump | crown | aside | 0 -6 0 | | 15 | ballet
Modern dance, spiral | bow-stance-L | crown | back | 20 10 0 | 6 10 20 | -20 | passion
Modern dance, contraction | half-squat | round | round | 0 20 0 | 34 0 0 | 40 | passion
Modern dance, arch | toe-behind-L | up | back | 0 -24 0 | -22 0 0 | 55 | passion
Modern dance, floor reach | mermaid-R | up | floor-aside | 20 -16 0 | -8 0 0 | 25 | passion
Modern dance, side fall | lunge-aside-R | up | reach-low | 0 10 0 | 10 -30 0 | 0 | passion
Hip-hop, arms crossed, knees in | knee-in-R | under | over | 0 4 8 | 10 0 0 | 0 | street
Hip-hop, low bounce | half-squat | low-fist | guard | 0 4 -8 | 18 0 0 | -15 | street
Hip-hop, shoulder lean | aside-R | vogue | disco-down | 20 6 0 | 8 -12 0 | 0 | street
Breakdance, six-step | crawl-L | floor | aside | 20 10 0 | | -20 | street #hard
Disco, arm high and low | hip-out-L | point-high | disco-down | -20 -14 0 | 0 6 0 | 0 | party
Salsa, hip swing | hip-out-R | round | snake | 14 0 0 | | 12 | party passion
Salsa, turn | pass-L | crown | belly | 0 0 0 | 0 0 16 | 20 | party
Samba, arms high | heel-up-R | wide | wide | 0 -10 8 | -6 0 0 | 10 | party joy
Tango, embrace alone | step-long-R | lead | embrace | 20 0 0 | | -40 | passion
Flamenco, turning wrists high | step-L | crown | crown | 20 4 0 | -12 0 0 | -20 | passion
Flamenco, skirt in hand | cross-L | low-fist | crown | -20 4 0 | -8 6 -10 | 15 | passion
Belly dance, arms like a snake | heel-up-L | snake | snake | 0 0 0 | 0 -6 0 | 0 | party
Belly dance, hands overhead | hip-out-L | overhead | crown | 0 0 0 | 0 8 0 | -15 | party
Waltz turn, arms open | pass-R | aside | round | 30 -6 0 | -8 0 0 | 25 | formal
Charleston kick | raised-forward-L | back | reach | 0 0 6 | 8 0 0 | 30 | party joy
Can-can kick | high-kick-R | hip | hip | 0 -4 0 | | 40 | party joy
Head banging | wide | low-fist | fist-up | 0 34 0 | 30 0 0 | 30 | party music
""",
)
