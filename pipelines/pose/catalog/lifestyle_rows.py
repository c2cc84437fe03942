"""Daily life in the grammar: eating, cooking, typing, reading, driving, carrying (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

LIFESTYLE_ROWS = read_rows(
    "lifestyle",
    """
Drinking coffee, standing | rest-L | pocket | drink | 0 -4 0 | | -20 | casual +cup@R
Coffee to go | walk-R | pocket | cup | 0 0 0 | 8 -8 -14 | -25 | walking casual +cup@R
Drinking at the table | table | table-forearm | drink | 0 0 0 | -6 8 12 | 30 | eat +cup@R
Cup in both hands at the table | table | cup | cup | 0 6 0 | 0 10 18 | -28 | calm home +cup@R
Drinking from a bottle | step-L | hip | drink | 0 -22 0 | -6 0 0 | 30 | sport +bottle@R
Raising a glass | step-long-L | hip | cast-up | 10 -6 0 | | 0 | party joy +cup@R R=grip
Toast with a glass | step-R | pocket | cup | 12 0 0 | 0 0 8 | -30 | party friendly +cup@R
Eating at the table | table-lean | table-forearm | eat | 0 12 0 | 12 10 18 | 32 | eat +fork@R
Bite in front of the mouth | wide | belly | eat | 0 4 0 | | 10 | eat casual
Eating from a bowl | stand | bowl | eat | 6 14 0 | | -25 | eat home +bowl@L +spoon@R
Eating an apple, leaning | wall-foot-R | pocket | eat | 10 2 0 | | -30 | eat casual +wall +apple@R
Eating on the sofa | slanted-L | bowl | eat | 0 6 0 | | 30 | eat home +bowl@L +spoon@R
Offering a plate | step-L | hip | bowl | 0 2 0 | | 25 | home friendly +plate@R
Serving with two hands | step-R | offer | offer | 0 8 0 | 10 0 0 | -30 | home friendly +plate@L +plate@R
Waiter with a tray | step-L | behind | tray | 0 0 0 | | 20 | work formal +tray@R
Stirring a pot | toe-behind-L | hip | stir | -10 22 0 | 8 0 0 | 40 | cook home +spoon@R
Cooking with both hands | stand | bowl | stir | 0 24 0 | 10 0 0 | -38 | cook home +bowl@L +spoon@R
Tasting the soup | rest-L | bowl | eat | 0 8 0 | 8 0 0 | 34 | cook home +bowl@L +spoon@R
Chopping vegetables | wide | chop | chop | 0 28 0 | 14 0 0 | 35 | cook home +knife@R
Kneading dough | step-L | push | push | 0 26 0 | 22 0 0 | 45 | cook home
Opening the oven | half-squat | knee | reach-low | 0 16 0 | 20 0 0 | 55 | cook home
Reaching for a shelf | tiptoe | hang | reach-high | 0 -24 0 | | 60 | home
Reaching with both hands | tiptoe | reach-high | reach-high | 0 -26 0 | | -50 | home
Washing the dishes | aside-R | chop | stir | 0 26 0 | 12 0 0 | -50 | home
Sweeping the floor | step-R | mop | mop | 0 18 0 | 12 0 0 | 35 | home work +broom@both
Resting on the broom | cross-L | mop | mop | 0 0 0 | | -15 | home +broom@both
Wiping the window | hip-out-R | hip | board | 0 -6 0 | | 140 | home
Picking up from the floor | lunge-L | knee | reach-low | 0 18 0 | 32 0 0 | 50 | home
Bending down for a bag | deadlift | reach-low | thigh | 0 10 0 | 20 0 0 | 55 | home
Carrying a box | hip-out-R | carry | carry | 0 0 0 | -4 0 0 | 30 | carry work +carton@both
Carrying a box, walking | walk-R | carry | carry | 0 4 0 | 12 8 0 | -45 | carry work walking +carton@both
Lifting a box | squat | carry | carry | 0 4 0 | 20 0 0 | 50 | carry work +carton@both
Box on the shoulder | walk-L | - | load | 0 0 0 | 0 4 0 | -30 | carry work walking +carton@R
Shopping bags in both hands | step-R | bag | bag | 0 0 0 | 0 -10 -20 | 12 | carry +shopping-bag@L +shopping-bag@R
Pulling a suitcase | walk-L | back | pocket | 0 0 0 | 12 0 0 | 40 | travel walking +suitcase@L L=grip
Pushing a trolley | walk-R | push | push | 0 4 0 | | 50 | walking +trolley@both
Pushing a pram, looking down | stroll-L | push | push | -10 26 0 | -6 8 12 | -50 | walking home +pram@both
Holding a baby | rest-R | baby | baby | 12 24 6 | 8 -8 -14 | 15 | home calm
Rocking a baby | aside-L | baby | baby | -12 26 -4 | 0 6 0 | -18 | home calm
Child on the hip | toe-behind-R | baby | other-arm | 20 6 0 | | 10 | home friendly
Child on the shoulders | crossed-behind-R | load | load | 0 -4 0 | | 0 | home joy
Reading a book, standing | crossed-behind-L | book | book | 0 26 0 | | -28 | read calm +book@both
Reading a book, walking | stroll-R | book | book | 0 28 0 | | 35 | read walking +book@both
Reading in the chair | sit-back | book | book | 0 24 0 | 0 10 18 | 40 | read home +book@both
Reading, legs crossed | leg-over-R | book | book | 0 24 0 | 6 0 0 | -32 | read home +book@both
Reading on the floor | knees-up | book | book | 0 24 0 | 10 0 0 | 50 | read home +book@both
Reading on the belly | prone-elbows | elbow-floor | elbow-floor | 0 12 0 | | 50 | read home +book
Reading against the wall | wall | book | book | 0 24 0 | | -40 | read +book@both
Reading the newspaper | leg-over-L | paper | paper | 0 14 0 | | 25 | read +newspaper@both
Studying a map | step-L | paper | paper | 0 18 0 | 6 0 0 | -20 | travel read +map@both
Book against the chest | rest-L | hang | over | 0 0 6 | | 12 | read shy +book@R
Texting with both hands | cross-L | phone | phone | 0 26 0 | | 22 | phone +phone@both
Texting, leaning on the wall | wall-foot-L | phone | phone | 0 24 0 | | 32 | phone casual +phone@both
Texting on the chair | sit-lean | phone | phone | 0 24 0 | 18 8 12 | -28 | phone +phone@both
Texting on the floor | cross-legged | phone | phone | 0 24 0 | 12 0 0 | 20 | phone home +phone@both
Texting while walking | walk-R | - | phone | 0 24 0 | | -30 | phone walking +phone@R
Phone call, hand on hip | aside-R | hip | phone-ear | -12 0 0 | | 14 | phone +phone@R
Phone call, pacing | step-long-L | explain | phone-ear | 0 0 0 | | 40 | phone +phone@R
Phone call, sitting | leg-over-L | belly | phone-ear | 0 4 -6 | | 26 | phone +phone@R
Phone call, leaning on the wall | wall | belly | phone-ear | 10 4 0 | 12 0 0 | -30 | phone +phone@R
Phone call, lying | back-knees | hang | phone-ear | - | | 70 | phone home +phone@R
Selfie from above | knee-in-L | hip | selfie | -20 -14 -8 | | 14 | phone joy +phone@R
Selfie with a victory sign | rest-R | victory | selfie | -22 -4 8 | | -10 | phone joy +phone@R
Mirror selfie | hip-out-R | hip | phone | 0 4 8 | 12 0 0 | 0 | phone f +phone@R
Taking a photo | step-R | binoculars | binoculars | 0 2 0 | 6 0 0 | -30 | travel +camera@both
Taking a photo, kneeling | one-knee-R | binoculars | binoculars | 0 0 0 | 8 0 0 | 35 | travel +camera@both
Driving a car | sit | steer | steer | 0 0 0 | | 35 | drive +wheel@both
Driving, one hand on the wheel | sit-back | steer | thigh | -12 0 0 | | -35 | drive +wheel@L
Driving, looking over the shoulder | sit | steer | seat-edge | -40 0 0 | 0 10 -20 | 30 | drive +wheel@L
Typing on the lap | slanted-R | type | type | 0 24 0 | 10 0 0 | 25 | type home +laptop@both
Typing on the floor | cross-legged | type | type | 0 26 0 | 20 0 0 | -25 | type home +laptop@both
Laptop on one arm | step-L | bowl | tap | 0 22 0 | 0 10 0 | 30 | type work +laptop@L
Umbrella in one hand | rest-L | pocket | umbrella | 0 -2 0 | 0 -10 -20 | -12 | outdoor +umbrella@R
Umbrella, walking in the rain | walk-L | - | umbrella | 0 4 0 | 6 0 0 | 38 | outdoor walking +umbrella@R
Playing the guitar | rest-R | guitar-neck | guitar | 14 18 0 | | -10 | music +guitar@L
Playing the guitar, sitting | sit-low | guitar-neck | guitar | 10 22 0 | 10 0 0 | 20 | music +guitar@L
Guitar on the bar stool | bar-R | guitar-neck | guitar | 0 8 -6 | 8 0 0 | -24 | music +guitar@L
Playing the flute | crossed-behind-R | flute | flute | 0 4 0 | | 20 | music +flute@both
Singing along | step-L | fist-up | mic | 0 -16 0 | -6 0 0 | 16 | music stage joy +microphone@R
Brushing the teeth | stand | hip | brush | 0 0 0 | | 15 | home morning +brush@R
Combing the hair | hip-out-L | hang | comb | -14 0 12 | | 0 | home morning f +brush@R
Tying up the hair | stand | tie-hair | tie-hair | 0 8 0 | | -25 | home morning f
Yawning and stretching | ease | mouth | up | 0 -14 6 | -8 0 0 | 12 | home morning
Getting dressed, arms overhead | wide | ball-up | ball-up | 0 6 0 | | 20 | home morning
Putting on a shoe | knee-raised-L | shin | shin | 0 20 0 | 16 0 0 | 40 | home
Tying a shoe | one-knee-L | reach-low | reach-low | 0 20 0 | 40 0 0 | 50 | home
Waiting, looking at the clock | rest-R | pocket | limp | 0 18 0 | | 20 | mood:serious
Waiting at the wall | wall-side-R | belly | hang | 20 2 0 | | 0 | casual +wall
Gardening on the knees | kneel | reach-low | chop | 0 22 0 | 30 0 0 | 45 | outdoor
Watering the flowers | step-R | hip | push | 0 22 0 | 10 0 0 | 38 | outdoor +watering-can@R
Petting a dog | crouch-toes | knee | reach-low | 10 18 0 | 22 0 0 | 42 | outdoor friendly
Feeding the birds | half-squat | knee | offer | 0 14 0 | 16 0 0 | -40 | outdoor friendly
Knocking on a door | step-L | hang | wall-palm | 0 0 0 | | 50 | home R=fist
Opening a door | step-long-R | pocket | push | 0 0 0 | 6 10 18 | -48 | home
""",
)
