"""Heroes and game characters of the grammar, reference poses first (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

HERO_ROWS = read_rows(
    "hero",
    """
T-pose | parallel | t-arm | t-arm | 0 0 0 | | 0 | reference neutral
A-pose | parallel | a-arm | a-arm | 0 0 0 | | 0 | reference neutral
Idle stance, game character | fight-L | low-fist | low-fist | 0 0 0 | 6 0 0 | 20 | game
Idle stance, weapon on the shoulder | wide | hip | sword-shoulder | 0 0 0 | 0 0 -18 | 15 | game weapon +sword@R
Character select, arms crossed | low | under | over | 0 0 0 | -4 0 0 | 0 | game confident
Character select, fist in the palm | bent | clap | clap | 0 4 0 | 6 0 0 | 0 | game mood:fierce R=fist
Character select, thumb at oneself | hip-out-L | hip | lapel | 0 -4 -6 | -4 0 0 | -12 | game confident R=thumb-up
Hero gaze, hand shading the eyes | box-R | hip | shade | 0 -4 0 | | -20 | outdoor +box
Hero on the rock, sword planted | box-L | sword-low | fist-hip | 20 -6 0 | | 25 | fantasy weapon +sword@L +box
Hero, arms to the sky | box-R | wide | fist-up | 0 -16 0 | -6 0 0 | 20 | power +box
Hero, fist to the sky | bow-stance-L | fist-hip | fist-up | 0 -14 0 | -6 0 0 | -25 | power
Hero, cape in the wind | back-stance-R | fist-hip | low-fist | 20 -6 0 | -8 0 0 | -35 | power
Hero, taking off | hop-L | low-fist | fist-up | 0 -20 0 | | 25 | power
Hero, hovering, arms open | hover | open | open | 0 4 0 | -6 0 0 | -15 | power
Hero, hovering, arms crossed | hover | under | over | 0 6 0 | | 20 | power
Flying, both fists ahead | fly | fist-up | fist-up | 0 -10 0 | -14 0 0 | -58 | power
Flying, arms at the sides | fly | out | out | 0 -14 0 | -16 0 0 | 50 | power
Three-point landing | lunge-aside-L | back | finger-floor | 0 0 0 | 40 0 0 | 10 | power R=fist
Crouching on a ledge | crouch | finger-floor | arm-on-knee | 0 4 0 | 26 0 0 | -30 | quiet
Web crouch, one arm out | lunge-aside-R | finger-floor | aside | 0 0 0 | 38 0 0 | -10 | power
Sword overhead | bow-stance-R | sword-high | sword-high | 0 0 0 | -6 0 0 | 35 | fantasy weapon +sword@both
Sword thrust | lunge-L | back | thrust | 0 2 0 | 8 0 -8 | 45 | fantasy weapon +sword@R
Sword swung to the side | low | aside-soft | sword-side | 0 4 0 | 6 0 -22 | 20 | fantasy weapon +sword@R
Sword drawn across | step-long-R | out | draw | 0 4 0 | 8 0 16 | -20 | fantasy weapon +sword@R
Sword low, waiting | step-R | hang | sword-low | 0 8 0 | | 20 | fantasy weapon +sword@R
Sword backhand | fight-L | back | sword-across | 0 4 0 | 6 0 22 | 20 | fantasy weapon +sword@R
Two swords crossed | low | sword-across | sword-across | 0 6 0 | 8 0 0 | 12 | fantasy weapon +sword@L +sword@R
Two swords wide | bow-stance-L | sword-low | sword-side | 0 4 0 | 8 0 0 | -15 | fantasy weapon +sword@L +sword@R
Drawing the blade from the back | step-long-L | guard | draw-back | 0 6 0 | 6 0 0 | 25 | fantasy weapon +sword@R
Shield raised, kneeling | one-knee-L | shield | sword-low | 0 4 0 | 16 0 0 | 25 | fantasy weapon +shield@L +sword@R
Shield wall | bow-stance-L | shield | thrust | 0 2 0 | 12 0 0 | 20 | fantasy weapon +shield@L
Axe raised | hop-L | aside-soft | hammer | 0 0 0 | | 30 | fantasy weapon +axe@R
Hammer over the head | lunge-R | sword-high | sword-high | 0 2 0 | -14 0 0 | -40 | fantasy weapon +hammer@both
Spear thrust | lunge-R | thrust | pull | 0 2 0 | 6 0 -14 | -40 | fantasy weapon +spear@L
Guard with a spear | close | hang | staff | 0 0 0 | | 12 | fantasy uniform +spear@R
Staff in both hands | back-stance-L | rifle-front | fist-side | 0 2 0 | 6 0 0 | 30 | fantasy weapon +staff@both
Wizard, staff high | step-L | aside-soft | barbell | 0 -10 0 | -6 0 0 | 15 | fantasy +staff@R
Wizard, orb between the hands | bent | orb | orb | 0 10 0 | 6 0 0 | 15 | fantasy
Spell with both palms | bow-stance-L | cast | cast | 0 2 0 | 4 0 0 | 40 | fantasy
Spell from above | astride | cast-up | cast-up | 0 -10 0 | -8 0 0 | 0 | fantasy
Spell, one palm down | kneel | cast-up | reach-low | 0 12 0 | 12 0 0 | 20 | fantasy
Archer, drawing an arrow | step-R | out | draw-back | 0 0 0 | 0 0 -10 | 20 | fantasy weapon +bow@L
Archer, kneeling | one-knee-L | bow | string | 40 0 0 | | -10 | fantasy weapon +bow@L
Archer, aiming high | step-long-L | bow | string | 40 -16 0 | -12 0 0 | 10 | fantasy weapon +bow@L
Assassin, crouched | crouch-toes | sword-low | sword-across | 0 2 0 | 24 0 0 | -30 | fantasy weapon sneak +knife@R
Beast, about to leap | lunge-low-L | floor-near | claws | 0 0 0 | 10 0 0 | 40 | fantasy mood:fierce
Beast, roaring | low | claws | claws | 0 -14 0 | 14 0 0 | 0 | fantasy mood:fierce
Victory pose, sword high | hop-R | low-fist | barbell | 0 -12 0 | | -20 | game joy +sword@R
Defeated, on the knees | heels | hang | floor-near | 0 34 0 | 30 0 0 | 35 | game sad
""",
)
