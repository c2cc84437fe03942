"""Seated poses of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

SEATED_ROWS = read_rows(
    "seated",
    """
Sitting, hands folded in the lap | sit-close | wring | wring | 0 2 0 | | 22 | calm formal
Sitting wide, hands between the knees | sit-wide | knees-hang | knees-hang | 0 4 0 | 26 0 0 | 15 | m casual
Sitting wide, hands on the knees | sit-wide | knee | knee | 0 0 0 | 16 0 0 | 0 | m confident
Sitting wide, fists on the thighs | sit-wide | fist-hip | thigh | 0 0 0 | 10 0 0 | -20 | m mood:fierce
Sitting wide, one elbow on the knee | sit-wide | elbow-knee | thigh | -10 0 0 | 34 0 0 | -15 | m casual
Sitting wide, leaning back | sit-back | thigh | seat-edge | 0 -2 0 | -6 0 0 | 20 | m relaxed
Sitting on the edge, hands beside | sit | seat-edge | seat-edge | 0 -2 0 | 20 0 0 | 25 | casual
Sitting on the edge, foot back | edge-L | thigh | seat-edge | 0 0 0 | | -35 | f
Sitting on the edge, about to rise | edge-R | knee | knee | 0 0 0 | 26 0 0 | 45 | dynamic
Sitting, one leg stretched | one-forward-R | thigh | thigh | 0 0 0 | | -30 | casual
One leg stretched, hands behind | one-forward-L | seat-edge | seat-edge | 0 -6 0 | -10 0 0 | 30 | relaxed
One leg stretched, arms crossed | one-forward-R | under | over | 0 2 0 | | -18 | casual
One leg stretched, hand at the chin | one-forward-L | under | chin | -8 2 6 | | 25 | mood:thoughtful
Sitting, ankles crossed | ankles-L | thigh | thigh | 0 0 0 | | 30 | calm
Ankles crossed, hands in the lap | ankles-R | wring | wring | 0 4 -6 | | -30 | f shy
Ankles crossed, leaning on one hand | ankles-L | thigh | seat-edge | 0 0 0 | 0 -10 0 | 20 | casual
Ankles crossed, stretched out | ankles-R | behind-head | behind-head | 0 -6 0 | -8 0 0 | 50 | relaxed
Sitting, ankle on the knee | figure-four-L | shin | thigh | 0 0 0 | | 25 | m casual
Ankle on the knee, hands on the shin | figure-four-R | other-knee | shin | 0 0 0 | | -25 | m casual
Ankle on the knee, arms crossed | figure-four-L | under | over | 0 0 0 | | 15 | m confident
Ankle on the knee, hands behind the head | figure-four-R | behind-head | behind-head | 0 -4 0 | -4 0 0 | -15 | m relaxed
Legs slanted, hands on the knee | slanted-L | other-knee | thigh | 0 0 0 | | -25 | f
Legs slanted, hand at the neck | slanted-R | thigh | neck-side | 0 0 6 | | 25 | f glamour
Legs slanted, hand behind | slanted-L | thigh | seat-edge | 20 -6 0 | 0 -6 -8 | -30 | f glamour
Legs slanted, chin on the hand | slanted-R | under | fist-chin | 0 0 -6 | 6 0 0 | 15 | f mood:thoughtful
Legs crossed, hands on the knee | leg-over-L | other-knee | knee | 0 0 0 | 4 0 0 | 15 | f formal
Legs crossed, arms crossed, sitting | leg-over-R | under | over | 0 0 0 | | -25 | mood:serious
Legs crossed, hand at the chin | leg-over-L | thigh | fist-chin | 0 4 0 | 12 0 0 | 28 | mood:thoughtful
Legs crossed, leaning on the hand | leg-over-R | thigh | seat-edge | 0 0 0 | 0 8 0 | -35 | f
Legs crossed, hand in the hair | leg-over-L | thigh | hair | -14 -2 8 | | 20 | f glamour
Sitting, chin on both fists | sit-lean | fist-chin | fist-chin | 0 0 0 | 30 0 0 | 12 | mood:thoughtful
Sitting, head in the hands | sit-lean | brow | brow | 0 30 0 | 38 0 0 | 30 | sad
Sitting, face in the hands | sit-lean | eyes | eyes | 0 24 0 | 34 0 0 | -20 | sad
Sitting, slumped | sit-back | thigh | hang | 0 20 8 | 18 0 0 | 35 | sad
Sitting, looking back | sit | thigh | seat-edge | 0 0 0 | 0 0 -26 | 110 | calm
Sitting, raising a hand | sit-close | thigh | up | 0 -4 0 | | 15 | teacher
Sitting, arms overhead, stretching | sit | up | up | 0 -14 0 | -12 0 0 | -30 | morning
Sitting, cheering | sit-wide | fist-up | fist-up | 0 -8 0 | -4 0 0 | 10 | joy
Sitting, pointing ahead | sit-lean | knee | point | 0 0 0 | 12 0 0 | 40 | game
Sitting, game controller in hand | sit-lean | wring | wring | 0 4 0 | 32 0 0 | 25 | game +controller@both
Astride a chair, arms on its back | chair-reversed | chair-back | chair-back | 0 0 0 | 0 8 12 | 20 | casual
Astride a chair, hand at the chin | chair-reversed | chair-back | fist-chin | 0 0 4 | 8 0 0 | -20 | casual
On a low step, arms on the knees | sit-low | arm-on-knee | arm-on-knee | 0 4 0 | 18 0 0 | 22 | street
On a low step, hands clasped | sit-low | knees-hang | knees-hang | 10 8 0 | 30 0 0 | -25 | street
On a low step, one leg long | low-one-long-L | thigh | arm-on-knee | 0 0 0 | 10 0 0 | -30 | street
On a low step, leaning back | low-one-long-R | seat-back | seat-back | 0 -4 0 | -8 0 0 | 38 | casual
Bar stool, hands on the thighs | bar-R | thigh | thigh | 0 0 0 | | -18 | casual
Bar stool, arms crossed | bar-L | under | over | 0 0 0 | | 22 | confident
At the table, arms folded | table | table-forearm | table-forearm | 0 0 0 | 6 0 0 | -25 | calm
At the table, chin in both hands | table-lean | table-chin | table-chin | 0 2 0 | 24 0 0 | -22 | mood:thoughtful
At the table, raising a finger | table | table-forearm | point-up | 0 0 0 | | 28 | speaker
Asleep at the table | table-lean | table-forearm | table-forearm | - | 48 0 0 | 30 | relaxed
""",
)
