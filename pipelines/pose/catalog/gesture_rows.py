"""Gestures and emotions of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

GESTURE_ROWS = read_rows(
    "gesture",
    """
Waving shyly | crossed-behind-R | behind | wave | 0 4 8 | | 12 | greeting shy
Waving goodbye, high | step-L | hang | wide | 0 -4 0 | | -18 | greeting
Namaste | toe-behind-R | pray | pray | 0 14 0 | 10 0 0 | 20 | greeting polite
High five | step-R | hang | five | 0 -6 0 | | -35 | greeting joy
Victory with both hands | wide | victory | victory | 0 -2 6 | | 0 | joy
Heart with both hands | rest-L | heart-hands | heart-hands | 0 0 6 | 16 8 0 | -12 | romantic
Hand on heart, bowing | rest-R | behind | heart | 0 18 0 | 14 0 0 | -20 | thanks polite
Both hands on the heart | stand | heart | heart | 0 -2 8 | -6 8 12 | 0 | thanks
Swearing with a raised hand | stand | heart | five | 0 0 0 | | 0 | serious
Beckoning with both hands | half-squat | beckon | beckon | 0 0 0 | 4 0 0 | -20 | friendly
Pushing away | back-stance-R | stop | stop | -30 4 0 | -8 0 0 | 40 | worried
Refusing, arms crossed as an X | wide | sword-across | sword-across | 0 0 0 | | 0 | serious
Accusing finger | bow-stance-R | fist-hip | point | 0 0 0 | 8 0 18 | 35 | mood:fierce
Scolding, finger raised | step-R | hip | point-up | 0 4 0 | 10 0 0 | 25 | mood:fierce
Laughing, holding the belly | bent | belly | belly | 0 -14 8 | 16 0 0 | 20 | joy
Laughing, slapping the knee | half-squat | belly | knee | 0 -8 -8 | 22 0 0 | -25 | joy
Crying into the hands | knee-in-L | eyes | eyes | 0 22 0 | 20 0 0 | 15 | sad
Wiping a tear | rest-R | belly | cheek | 0 16 -8 | 8 0 0 | -12 | sad
Heartbroken, arms hanging | cross-R | low-round | hang | 0 30 6 | 20 0 0 | 15 | sad
Despair on the knees | kneel-back-R | face | behind-head | 0 20 0 | 22 0 0 | 35 | sad
Fainting | raised-back-R | face | low-open | 0 -24 10 | -24 0 0 | 40 | mood:dramatic
Angry, fists down | toe-behind-R | low-fist | low-fist | 0 4 0 | 12 0 0 | 0 | mood:fierce
Raging at the sky | bow-stance-L | claws | claws | 0 -28 0 | -14 0 0 | 25 | mood:fierce
Stamping the foot | knee-raised-L | low-fist | fist-side | 0 4 0 | 6 0 0 | 20 | mood:fierce
Scared, hands before the face | back-stance-L | ward | mouth | 20 0 0 | -6 0 0 | 30 | worried
Trembling with cold | close | shoulder | under | 0 12 0 | 14 0 0 | 15 | worried winter
Disgusted, turning away | aside-L | stop | belly | -50 4 0 | 0 -10 -14 | 10 | serious
Surprised, jumping back | hop-L | ward | ward | 0 0 0 | -10 0 0 | 30 | surprise
Amazed, hands on the cheeks | wide | cheek | cheek | 0 -6 0 | | -10 | surprise
Confused, scratching the head | crossed-behind-R | hip | crown-touch | 0 4 -12 | | -14 | mood:thoughtful
Idea, finger up | step-L | behind | point-high | 0 -6 0 | | 14 | joy
Listening at the wall | wall-side-R | cup-ear | ward | 20 4 0 | | 20 | listening quiet
Whispering aside | rest-R | pocket | shout | 40 6 12 | 6 12 0 | 10 | quiet
Silence with both hands | half-squat | down | down | 0 4 0 | 6 8 12 | 15 | quiet
Crossed fingers behind the back | knee-raised-R | behind | hang | 20 -4 8 | | 150 | playful
Begging on one knee | one-knee-R | pray | pray | 0 -16 0 | | 35 | romantic
Serenade on one knee | one-knee-L | heart | wide | 0 -18 0 | | -30 | romantic
Cheering, both fists high | hop-R | fist-up | fist-up | 0 -12 0 | | 20 | joy winner
Cheering on one knee | one-knee-L | fist-up | low-fist | 0 -10 0 | | 30 | joy winner
Blown away by the wind | stumble-R | back | back | 0 -4 0 | 10 0 0 | -40 | surprise
""",
)
