"""Portraits of the grammar: head and shoulders, on varied bodies (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

PORTRAIT_ROWS = read_rows(
    "portrait",
    """
Portrait, seated straight | figure-four-R | thigh | thigh | 0 0 0 | | 0 | @portrait passport
Portrait, shoulders turned left | leg-over-L | thigh | thigh | 0 0 0 | 0 0 10 | 30 | @portrait
Portrait, shoulders turned right | mermaid-L | thigh | thigh | 0 0 0 | 0 0 -10 | -30 | @portrait
Portrait, leaning forward | ankles-L | knee | knee | 0 0 0 | 22 0 0 | 12 | @portrait confident
Portrait, leaning back | figure-four-L | seat-edge | seat-edge | 0 -6 0 | -4 0 0 | -15 | @portrait calm
Portrait, arms crossed, seated | mermaid-R | under | over | 0 0 0 | | 14 | @bust confident
Portrait, hands folded on the table | ankles-R | table-forearm | table-forearm | 0 2 0 | 10 0 0 | 0 | @bust business
Chin in the hand at the table | one-forward-L | table-forearm | table-chin | 0 0 6 | 18 0 0 | 10 | @bust mood:thoughtful
Both elbows on the table | forward-L | table-chin | table-chin | 0 -2 0 | 20 0 0 | 0 | @bust friendly
Arms on the chair's back | chair-reversed | over | under | 0 0 0 | 4 0 0 | 16 | @bust casual
Profile to the left | knee-raised-R | clasp | clasp | 90 0 0 | | 90 | @portrait neutral
Profile to the right | ankles-R | behind | behind | -90 0 0 | | -90 | @portrait neutral
Profile, eyes closed, chin up | toe-behind-L | back | back | 90 -18 0 | -8 0 0 | 80 | @portrait dreaming
Face to the light | slanted-R | loose | loose | 20 -20 0 | -6 0 0 | 30 | @portrait dreaming
Looking over the collar | bar-L | collar | collar | 0 4 0 | | -25 | @portrait serious
Hand on the cheek | sit-lean | under | cheek | -6 2 -10 | 14 0 0 | 0 | @bust mood:thoughtful
Both hands on the cheeks | bent | cheek | cheek | 0 0 0 | 8 0 0 | 0 | @bust surprise
Hand behind the ear, hair tucked | leg-over-R | thigh | ear | 14 4 -8 | | 0 | @bust f shy
Hand through the hair, seated | slanted-L | thigh | hair | -12 0 10 | | 15 | @bust f
Hand on top of the head | sit-wide | knee | crown-touch | 0 0 8 | | 0 | @bust casual
Hands behind the head, seated | one-forward-L | behind-head | behind-head | 0 -4 0 | -4 0 0 | 10 | @bust relaxed
Hand at the collarbone | perch-R | seat-edge | collarbone | -16 -4 6 | | 16 | @bust f romantic
Fingers on the lips, seated | perch-L | belly | lips | 10 0 0 | | -15 | @bust mood:thoughtful
Fist under the chin | ankles-L | belly | fist-chin | 0 0 0 | 8 0 0 | -18 | @bust mood:thoughtful
Two fists under the chin | cross-legged | fist-chin | fist-chin | 0 -2 0 | 14 0 0 | 0 | @bust playful
Thumb and finger at the chin | kneel | belly | chin | -10 0 6 | 0 0 -12 | 25 | @bust mood:thoughtful
Glasses lowered, looking over them | sit-lean | thigh | glasses | 0 12 0 | 10 0 0 | -10 | @bust +glasses
Hand at the hat's brim | wide | fist-hip | brim | 0 6 0 | | 14 | @bust +hat
Hood held with both hands | kneel-wide | ears | ears | 0 0 0 | | -10 | @bust street
Hands over the ears | bent | ears | ears | 0 10 0 | 14 0 0 | 0 | @bust worried
Shouting with both hands | step-long-L | shout | shout | 0 -6 0 | 4 0 0 | 15 | @bust mood:dramatic
Shouting with one hand | one-forward-R | pocket | shout | 20 -4 0 | | 0 | @bust mood:dramatic
Hand before the mouth, laughing | half-squat | belly | mouth | 0 -8 8 | 6 0 0 | 0 | @bust joy
Hand before the mouth, shocked | toe-behind-R | ward | mouth | 0 0 0 | -4 0 0 | 0 | @bust surprise
Peeking through the fingers | knee-in-R | eyes | belly | 0 2 6 | | 0 | @bust playful
Hugging the own shoulders | kneel-back-L | shoulder | shoulder | 0 6 8 | 8 0 0 | 0 | @bust calm
Arms overhead in a frame | edge-L | overhead | overhead | 0 -2 0 | | 0 | @bust mood:dramatic
One arm overhead, seated | mermaid-L | floor-aside | overhead | 10 0 6 | | -12 | @bust f
Pointing at the temple | sit | fist-hip | temple | 0 0 -6 | | 0 | @bust mood:thoughtful
Hands as binoculars | bent-forward-R | binoculars | binoculars | 0 -6 0 | 6 0 0 | 0 | @bust playful
Finger heart at the chest | edge-L | heart-hands | heart-hands | 0 0 6 | | 0 | @bust romantic
Cup held to the cheek | leg-over-L | cheek | cup | 0 4 8 | | 12 | @bust calm +cup@R
Phone at the ear, smiling | perch-L | belly | phone-ear | 10 -2 -8 | | 0 | @bust phone +phone@R
Microphone close to the mouth | low | low-fist | mic | 0 -4 0 | 8 0 0 | 12 | @bust stage +microphone@R
Scarf held at the neck | cross-R | neck-side | neck-side | 0 6 0 | | 20 | @bust winter
Neck stretched aside | butterfly | knee | crown-touch | 0 0 -20 | | 0 | @bust fitness
Lying portrait, face to the viewer | prone-elbows | over | under | 0 -4 0 | | 0 | @bust calm
""",
)
