"""Catalogue poses of the grammar: clothes are seen whole, one pose a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

CATALOGUE_ROWS = read_rows(
    "catalogue",
    """
Front view, arms slightly lifted | parallel | low-open | low-open | 0 0 0 | 0 10 0 | 0 | neutral
Front view, elbows bent | stand | belt | belt | 0 0 0 | 0 -10 -20 | 0 | neutral
Side view, arms hanging forward | parallel | limp | limp | 90 0 0 | 8 -8 -14 | 90 | neutral
Side view, arm lifted forward | close | reach | reach | 90 0 0 | 12 0 0 | 90 | neutral
Side view, hands behind | step-L | back | back | 60 0 0 | | -85 | neutral
Back view, arms away from the body | wide | out | low-open | - | 0 10 18 | 180 | neutral
Back view, hands on hips | wide | hip | hip | - | | 180 | neutral
Back view, arms lifted | wide | aside | aside | - | 0 0 18 | 180 | neutral
Three-quarter view, one leg forward | forward-L | loose | out | 0 0 0 | 0 10 0 | -32 | neutral
Three-quarter view, hand in the pocket | forward-R | pocket | out | 0 0 0 | 0 -10 -20 | 32 | casual
Weight shifted, hands clasped in front | rest-R | clasp | clasp | 0 2 0 | | 12 | calm
Feet wide, hands clasped behind | wide | behind | behind | 0 0 0 | 0 10 0 | 0 | uniform
Feet wide, hands clasped in front | wide | clasp | clasp | 0 2 0 | | 0 | m formal
Step forward, hand on hip | step-L | hip | out | 0 0 0 | 8 -8 -14 | -20 | neutral
Step forward, both hands in pockets | step-R | pocket | pocket | 0 0 0 | | 18 | casual
Long step, one hand in the pocket | step-long-L | pocket | back | 0 0 0 | | -30 | casual
One thumb in the belt | rest-R | loose | belt | 14 0 0 | | -14 | casual
Hands in back pockets | parallel | back-pocket | back-pocket | 0 -4 0 | | 0 | casual
One hand in the back pocket | rest-L | hang | back-pocket | -14 0 4 | | 20 | casual
Ankles crossed, hand on hip | crossed-behind-R | hip | hang | 10 0 0 | | 0 | f
Ankles crossed, hands in pockets | cross-R | pocket | pocket | -10 0 0 | | 0 | casual
Ankles crossed, arms loose | cross-L | loose | out | 0 0 4 | | 15 | calm
Holding the other wrist in front | crossed-behind-R | other-arm | low-round | 0 2 0 | | -10 | calm
Arm across, holding the elbow | forward-R | other-arm | hang | 0 0 4 | | 10 | calm
Arms crossed, one foot forward | step-L | over | under | 0 0 0 | 0 10 18 | -16 | confident
Smoothing the sleeve | rest-L | other-arm | limp | -8 12 0 | | 0 | neutral
Adjusting the jacket | step-R | lapel | lapel | -12 8 0 | 4 0 0 | -14 | m formal
Buttoning the jacket | aside-L | wring | wring | 0 12 0 | | 10 | m formal
Fixing the collar behind | toe-behind-R | hang | neck | 10 4 0 | | 15 | neutral
Touching the hem | bent-forward-R | thigh-side | thigh-side | 0 0 0 | | 12 | f
Skirt held out | toe-behind-L | low-open | thigh-side | 0 0 6 | | 0 | f playful
Turning, skirt swinging | pass-L | aside-soft | low-open | 0 0 0 | 0 0 18 | 30 | f joy
Hood up, hands at the hood | stand | ears | ears | 0 2 0 | | 0 | street
Hands in the front pouch | wide | wring | wring | 0 4 0 | | -8 | street
Backpack, hands on the straps | step-L | strap | strap | 0 0 0 | -6 8 12 | 20 | casual travel +backpack@back
Backpack, one hand on the strap | step-long-R | strap | pocket | 12 0 0 | | -20 | casual travel +backpack@back
Tote bag on the shoulder | step-R | strap | thigh-side | 0 0 4 | | 24 | casual +tote@shoulder.L
Suitcase beside the leg | rest-L | pocket | bag | 10 0 0 | 10 0 16 | 14 | travel +suitcase@R
Walking past the camera | walk-L | - | - | 40 0 0 | 0 -10 0 | 80 | walking
Walking away | stride-L | - | - | - | 10 0 16 | 180 | walking
Small step, one arm forward | step-R | limp | back | 0 0 0 | | 0 | casual
Showing the shoe | raised-forward-L | hip | out | 0 10 0 | | -30 | playful
Showing the sole | kick-up-R | hip | hang | 0 0 0 | | 60 | playful
Hand on the thigh, knee bent | heel-up-L | thigh-side | hang | 0 0 0 | | 0 | f
Both thumbs in the pockets | ease | pocket | belt | 8 0 0 | 10 0 16 | 16 | casual
One arm raised to the head | crossed-behind-L | hang | crown-touch | 0 0 0 | | 0 | f
Hand at the hat, hand in the pocket | step-L | pocket | brim | 0 2 0 | | -12 | casual +hat
Wide stance, arms lifted | astride | aside-soft | aside-soft | 0 0 0 | 0 10 0 | 0 | neutral
Knee bent on the step | stair-R | hang | loose | 0 0 0 | 0 10 18 | -25 | casual +box
Foot on the box, hands hanging | box-R | loose | hang | 0 0 0 | | 30 | casual +box
""",
)
