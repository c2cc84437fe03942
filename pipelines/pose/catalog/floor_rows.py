"""Lying, kneeling and sitting on the floor: poses of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

FLOOR_ROWS = read_rows(
    "floor",
    """
Floor sit, legs aside, hands in the lap | mermaid-R | wring | wring | 0 6 0 | | 20 | f shy
Floor sit, both hands behind | knees-up | seat-back | seat-back | 0 -6 0 | -8 0 0 | 45 | relaxed
Floor sit, arms around one knee | knee-up-L | shin | other-knee | 0 0 0 | 10 0 0 | -40 | calm
Floor sit, leg across | knee-over-L | floor-aside | other-knee | 0 0 0 | 0 0 14 | 35 | yoga
Floor sit, ankles crossed | long-crossed-L | seat-back | seat-back | 0 0 0 | -6 0 0 | 40 | relaxed
Floor sit, legs wide | straddle-sit | floor-near | floor-near | 0 4 0 | 12 0 0 | 20 | fitness
Floor sit, soles together | butterfly | ankle | ankle | 0 0 0 | 4 0 0 | 15 | yoga
Cross-legged, chin on the fist | cross-legged | thigh | fist-chin | 0 4 0 | 26 0 0 | 25 | mood:thoughtful
Cross-legged, leaning back | cross-legged | seat-back | seat-back | 0 -8 0 | -10 0 0 | -25 | relaxed
Cross-legged, arms overhead | cross-legged | up | up | 0 -6 0 | | 10 | yoga
Cross-legged, hand raised | cross-legged | knee | wave | 0 0 0 | | -12 | greeting
Cross-legged, leaning to the side | cross-legged | floor-aside | overhead | 0 0 10 | 0 20 0 | 0 | yoga
Heels, hands on the hips | heels | hip | hip | 0 0 0 | | 20 | calm
Heels, hands behind the head | heels | behind-head | behind-head | 0 -6 0 | -6 0 0 | -25 | relaxed
Heels, bowing politely | heels | floor-near | floor-near | 0 22 0 | 36 0 0 | 50 | polite
Kneeling, arms open | kneel-wide | open | open | 0 -6 0 | | -20 | mood:dramatic
Kneeling, arms crossed | kneel-wide | under | over | 0 0 0 | | 30 | mood:serious
Kneeling, reaching forward | kneel | reach | thigh | 0 -4 0 | 6 0 0 | 45 | mood:dramatic
Kneeling, hands behind | kneel | behind | behind | 0 6 0 | 4 0 0 | -40 | mood:serious
One knee down, both hands on it | one-knee-L | knee | other-knee | 0 4 0 | 22 0 0 | -35 | mood:serious
One knee down, looking up | one-knee-R | hang | arm-on-knee | 0 -24 0 | | 40 | mood:dramatic
One knee down, fist on the floor | one-knee-L | arm-on-knee | finger-floor | 0 6 0 | 38 0 0 | 25 | mood:fierce R=fist
Crawling forward | crawl-L | floor | floor | 0 4 0 | | 55 | playful
Cat stretch | all-fours | floor | floor | - | 34 0 0 | -65 | yoga
Lying, arms spread | starfish | aside | aside | - | | 70 | relaxed
Lying, arms overhead | back | up | up | - | | -68 | morning
Lying, hands on the belly | back | belly | belly | - | | 62 | calm
Lying, one knee up, arm aside | back-knee-R | aside | belly | - | | -66 | relaxed
Lying, knees up, arms spread | back-knees | aside | aside | - | | -72 | relaxed
Lying on the side, propped up | side-R | thigh-side | elbow-floor | 0 0 0 | | 0 | casual
On the belly, feet in the air | front-feet-up | elbow-floor | elbow-floor | 0 -4 0 | | 40 | f playful
On the belly, arms ahead | front | swim | swim | - | 0 10 0 | 60 | relaxed
On the belly, head on the arms | front | up | overhead | - | | -62 | relaxed
Legs up, arms spread | legs-air | aside | aside | - | | -70 | playful
Deep squat, hands pressed together | crouch | pray | pray | 0 0 0 | 8 0 0 | 15 | yoga
""",
)
