"""Fight and action poses of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

ACTION_ROWS = read_rows(
    "action",
    """
Hook to the head | fight-L | guard | hook | 0 2 0 | 6 0 20 | 30 | fight dynamic
Left hook, ducking | half-squat | hook | guard | 0 4 0 | 18 0 -16 | -20 | fight dynamic
Double block | back-stance-L | block-high | guard | 0 4 0 | | 20 | fight
High block | fight-R | block-high | fist-side | 0 -4 0 | | 25 | fight
Low block | bow-stance-L | block-low | fist-side | 0 4 0 | | 30 | fight
Karate punch | bow-stance-R | fist-side | punch | 0 0 0 | | 45 | fight
Karate ready stance | low | fist-side | fist-side | 0 0 0 | | 0 | fight
Knife-hand guard | back-stance-R | knife-hand | knife-hand | 0 0 0 | 0 0 -18 | -30 | fight
Kung fu, low stance | lunge-aside-R | knife-hand | fist-side | 30 4 0 | | 0 | fight
Kung fu, tiger claws | bow-stance-L | claws | fist-side | 0 0 0 | 6 0 0 | -30 | fight R=claw
Kung fu, snake hand | back-stance-L | belly | knife-hand | 0 0 0 | | 40 | fight
Elbow strike | step-long-L | guard | elbow | 0 0 0 | 4 0 26 | 35 | fight dynamic
High kick | high-kick-L | guard | back | 0 0 0 | | -60 | fight dynamic
Back kick | back-kick-R | guard | guard | 40 4 0 | | 70 | fight dynamic
Roundhouse kick | round-kick-L | guard | back | 30 0 0 | | 10 | fight dynamic
Flying kick | flying-kick-R | guard | back | 0 0 0 | | 55 | fight dynamic
Flying knee | hop-R | guard | block-low | 0 0 0 | | -50 | fight dynamic
Wrestler's stance | half-squat | wrestle | wrestle | 0 0 0 | 18 0 0 | -25 | fight
Judo grip | step-L | carry | sword-across | 0 8 0 | 10 0 0 | 40 | fight R=fist
Thrown off balance | raised-back-L | wide | aside | - | -16 10 0 | 45 | fight surprise
Knocked down | knee-up-L | floor-aside | ward | 0 -10 0 | -10 0 0 | 35 | fight surprise
Getting up from the floor | one-knee-R | floor-near | knee | 0 6 0 | 36 0 0 | -40 | fight
Cowering, arms over the head | crouch | block-high | block-high | 0 26 0 | 34 0 0 | 30 | fight worried
Pistol, both hands | step-L | pistol | pistol | 0 4 0 | 4 0 0 | 30 | weapon +pistol@both
Pistol, kneeling | one-knee-L | pistol | pistol | 0 0 0 | 6 0 0 | -40 | weapon +pistol@both
Pistol, one hand, side on | astride | hip | pistol-one | 0 0 0 | 0 0 20 | 50 | weapon +pistol@R
Pistol beside the head | wall | belly | pistol-up | 30 0 0 | | -25 | weapon +pistol@R
Two pistols | low | pistol-one | pistol-one | 0 0 0 | | 0 | weapon +pistol@L +pistol@R
Rifle at the shoulder | step-L | rifle-front | rifle | 0 6 0 | 4 0 10 | -30 | weapon +rifle@R
Rifle, kneeling | one-knee-L | rifle-front | rifle | 0 4 0 | 8 0 10 | 40 | weapon +rifle@R
Rifle across the chest | wide | rifle-front | carry | 20 0 0 | | -10 | weapon uniform +rifle@R
Throwing a grenade | bow-stance-L | point | throw | 0 -6 0 | -8 0 -16 | 35 | weapon dynamic
Throwing, end of the throw | lunge-L | back | throw-down | 0 4 0 | 22 0 16 | 35 | dynamic
Running for cover | sneak-L | block-high | back | 0 6 0 | 20 0 0 | 50 | dynamic
Sneaking with a weapon | sneak-R | back | pistol-up | 0 0 0 | 14 0 0 | -45 | weapon sneak
Peeking around the corner | wall-side-L | hang | ward | 30 0 10 | 0 10 0 | 10 | sneak
Jumping over a fence | side-jump-R | push | wide | 0 6 0 | 12 0 0 | 20 | dynamic
Leaping across | flying-kick-L | wide | aside | 0 0 0 | | 60 | dynamic
Falling, arms ahead | fly | reach | reach | - | | 62 | dynamic surprise
Hanging by both hands | straight-jump | up | up | 0 -30 0 | | 165 | dynamic L=grip R=grip +bar@both
Swinging on a rope | tuck-jump | sword-high | sword-high | 0 -10 0 | -10 0 0 | 45 | dynamic +rope@both
Climbing a ladder | stair-R | reach-high | push | - | 4 0 0 | 155 | dynamic L=grip +ladder@both
Lifting something heavy | low | carry | carry | 0 6 0 | 16 0 0 | 20 | power
Dragging something heavy | lunge-R | pull | reach | 0 0 0 | -6 0 0 | -55 | power
Shoulder charge | bow-stance-R | guard | block-low | 0 8 0 | 26 0 24 | 30 | fight dynamic
Breaking free, arms wide | step-long-R | wide | wide | 0 -20 0 | -18 0 0 | 30 | mood:dramatic
Surrender, hands up | parallel | five | five | 0 0 0 | | 0 | serious
Arrested, hands behind | close | behind | behind | 0 20 0 | 18 0 0 | -30 | serious
""",
)
