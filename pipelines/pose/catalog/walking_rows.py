"""Walking and running poses of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

WALKING_ROWS = read_rows(
    "walking",
    """
Walking, hands on hips | walk-L | hip | hip | 0 0 0 | | -20 | confident
Walking, arms crossed | stroll-R | under | over | 0 4 0 | | 28 | mood:serious
Walking, hands behind the back | stroll-L | behind | behind | 0 6 0 | | -50 | mood:thoughtful
Walking, hands behind the head | walk-R | behind-head | behind-head | 0 -6 0 | | 30 | relaxed
Walking, arms open to the sky | stride-L | wide | wide | 0 -20 0 | -8 0 0 | -25 | joy outdoor
Walking, head down | stroll-R | pocket | hang | 0 28 0 | 16 0 0 | 20 | sad
Walking, chatting | walk-L | explain | - | 30 0 0 | 0 -10 -20 | 30 | friendly
Walking, pointing ahead | walk-R | point | - | 0 0 0 | | 42 | travel
Walking, shading the eyes | stride-R | - | shade | 0 -2 0 | | 45 | outdoor travel
Walking, thumb at the strap | walk-L | strap | - | 0 0 0 | | 24 | travel +backpack@back
Walking, both thumbs at the straps | stride-R | strap | strap | 0 0 0 | 6 0 0 | -35 | travel outdoor +backpack@back
Walking with a staff | walk-R | - | staff | 0 0 0 | 6 0 0 | -40 | outdoor travel +staff@R
Walking on tiptoe | tiptoe | low-open | low-open | 0 16 0 | 6 0 0 | -30 | quiet
Skipping | hop-L | - | low-open | 0 -4 0 | | 40 | joy playful
Hopping aside | hop-R | aside-soft | wide | 10 -4 0 | 0 8 0 | 10 | joy playful
Stumbling | stumble-L | stretch | back | 0 8 0 | 16 0 0 | 55 | surprise
Walking backwards | pass-R | ward | ward | 0 0 0 | -8 0 0 | 40 | surprise
Walking downhill | downhill-L | aside-soft | low-open | 0 16 0 | | -50 | outdoor
Climbing the stairs | stair-L | - | - | 0 -8 0 | 8 10 0 | 60 | walking
Climbing the stairs, hand on the rail | stair-R | push | hang | 0 -6 0 | 8 0 0 | -48 | walking
Passing by, glancing at the viewer | pass-L | pocket | - | 0 0 0 | | 68 | casual
Passing by, arms swinging | pass-R | - | - | 80 0 0 | 0 -10 -20 | 88 | casual
Strolling, one arm behind the back | stroll-L | behind | hang | 20 0 0 | 12 0 0 | 40 | calm
Strolling, jacket under the arm | stroll-R | pocket | ball-side | 0 0 0 | | -25 | casual
Run, arms pumping, from the front | run-R | - | - | 0 0 0 | 0 10 18 | 0 | running dynamic
Run in flight, from the front | flight-L | - | - | 0 0 0 | 0 -10 0 | 20 | running dynamic
Run, landing heel first | land-R | - | - | 60 0 0 | 16 8 0 | 75 | running
Run, looking back | run-L | - | - | 90 0 0 | 0 10 14 | -60 | running mood:dramatic
Run, arms spread like wings | flight-R | aside | aside | 0 -10 0 | | 30 | running joy
Run with a bag in the hand | run-R | - | bag | 0 0 0 | 12 0 0 | -45 | running +handbag@R
Run for the bus, waving | flight-L | - | wave | 0 -4 0 | | -48 | running surprise
Relay, baton reaching back | run-R | back | - | 0 0 0 | 0 -10 -20 | 64 | running sport
Out of breath, hands on the thighs | half-squat | knee | knee | 0 10 0 | 8 8 12 | -40 | running sport
""",
)
