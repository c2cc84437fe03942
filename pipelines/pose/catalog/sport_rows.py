"""Sport and fitness poses of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

SPORT_ROWS = read_rows(
    "sport",
    """
Basketball, ball in both hands | half-squat | ball | ball | 0 0 0 | 18 -8 -14 | 20 | ball +ball@both
Basketball, overhead pass | step-L | ball-up | ball-up | 0 0 0 | | 35 | ball +ball@both
Basketball, layup | hop-L | aside-soft | cast-up | 0 -20 0 | | 40 | ball dynamic +ball@R
Basketball, dunk | tuck-jump | fist-up | up | 0 -16 0 | -6 0 0 | 35 | ball dynamic +ball@R
Basketball, defending | low | keeper | wide | 0 0 0 | 10 0 0 | 10 | ball
Volleyball, waiting for the serve | half-squat | reach | reach | 0 0 0 | 20 0 0 | 45 | ball
Volleyball, block | straight-jump | up | up | 0 -14 0 | | 15 | ball dynamic
Volleyball, smash | heels-jump | point-high | throw | 0 -20 0 | -10 0 0 | 40 | ball dynamic L=open
Volleyball, serve toss | step-L | cast-up | back | 0 -26 0 | | 40 | ball
Volleyball, setting overhead | bent | ball-up | ball-up | 0 -26 0 | | -30 | ball
Handball, jump throw | hop-R | reach | throw | 0 0 0 | 0 0 -16 | 40 | ball dynamic +handball@R
Football, dribbling | run-L | aside-soft | low-open | 0 20 0 | 6 0 0 | 40 | ball dynamic
Football, trapping with the chest | bent | aside-soft | aside-soft | 0 -4 0 | -22 0 0 | 50 | ball
Football, volley | raised-forward-L | aside | aside-soft | 0 12 0 | -6 0 0 | 35 | ball dynamic
Football, throw-in | step-R | ball-up | ball-up | 0 -4 0 | -14 0 0 | 60 | ball +ball@both
Football, sliding tackle | knee-up-R | floor-aside | aside-soft | 0 4 0 | -8 0 0 | 50 | ball dynamic
Football, knee slide in triumph | kneel-back-L | open | open | 0 -20 0 | -16 0 0 | 30 | ball joy
Rugby, running with the ball | run-R | - | ball-side | 0 4 0 | 8 0 0 | 45 | ball dynamic +rugby-ball@R
Tennis, ready | half-squat | wring | wring | 0 2 0 | 14 0 0 | -15 | tennis +racket@both
Tennis, forehand | fight-L | aside-soft | racket | 0 0 0 | 8 0 -12 | 35 | tennis dynamic +racket@R
Tennis, follow-through | step-long-L | belly | swing | 0 0 0 | 0 0 22 | 15 | tennis dynamic +racket@R
Tennis, two-handed backhand | fight-R | sword-across | sword-across | 0 0 0 | 8 0 20 | 20 | tennis dynamic +racket@both
Tennis, volley at the net | lunge-R | back | cast | 0 4 0 | 8 0 0 | -30 | tennis dynamic +racket@R R=grip
Badminton, overhead smash | hop-R | cast-up | draw-back | 0 -16 0 | -8 0 0 | 35 | tennis dynamic +racket@R
Table tennis | half-squat | keeper | sword-across | 0 10 0 | 18 0 0 | 25 | tennis +paddle@R
Baseball, batting stance | bent | bat | bat | 60 0 0 | 6 0 -8 | -30 | ball +bat@both
Baseball, pitching | knee-raised-R | pray | pray | 0 0 0 | 0 0 -20 | 60 | ball
Golf, address | bent | club | club | 0 30 0 | 20 0 0 | 30 | ball +club@both
Cricket, bowling | hop-L | reach | up | 0 0 0 | | 45 | ball dynamic
Discus throw | low | back | aside | 30 0 0 | 6 0 -26 | 20 | dynamic
Javelin throw | bow-stance-L | reach | throw | 0 -8 0 | -14 0 -10 | 60 | dynamic +javelin@R
Shot put | lunge-aside-R | wide | neck-side | 20 -10 0 | 0 -16 0 | 10 | dynamic
Long jump, in the air | jump-sit | reach | reach | 0 0 0 | 10 0 0 | 60 | dynamic
Hurdles | flying-kick-L | reach | back | 0 0 0 | 22 0 0 | 50 | running dynamic
Swimmer on the block | deadlift | reach-low | reach-low | 0 4 0 | 30 0 0 | 60 | swim
Swimmer, ready to dive | straight-jump | swim | swim | 0 20 0 | 20 0 0 | 62 | swim dynamic
Swimmer, freestyle | front | swim | back | - | | 62 | swim
Rowing, pulling | knees-up | pull | pull | 0 0 0 | -8 0 0 | 62 | fitness
Rowing, reaching forward | knees-up | reach | reach | 0 0 0 | 26 0 0 | -60 | fitness
Skateboard, cruising | lunge-aside-L | aside-soft | low-open | 50 0 0 | 12 0 0 | -15 | street balance
Surfing | low | aside | reach | 40 0 0 | 14 0 12 | -40 | outdoor balance
Snowboard, grabbing the edge | tuck-jump | ankle | wide | 30 0 0 | 16 0 0 | -25 | winter dynamic
Skiing, slalom | half-squat | push | push | 0 4 0 | 22 8 0 | 30 | winter dynamic +ski-pole@L +ski-pole@R
Ice skating, glide | raised-back-L | aside | aside | 0 0 0 | | 50 | winter balance
Climbing wall, reaching | knee-raised-R | reach-high | aside | - | | 160 | outdoor L=grip R=grip
Dumbbell curl, both arms | wide | dumbbell | dumbbell | 0 0 0 | | -15 | fitness +dumbbell@L +dumbbell@R
Shoulder press | parallel | press | press | 0 0 0 | 12 0 0 | 15 | fitness +dumbbell@L +dumbbell@R
Barbell overhead | astride | barbell | barbell | 0 0 0 | | 0 | fitness power +barbell@both
Barbell overhead in a lunge | lunge-L | barbell | barbell | 0 0 0 | 0 0 18 | -40 | fitness power +barbell@both
Barbell on the shoulders, squat | squat | load | load | 0 0 0 | 8 0 0 | 45 | fitness power +barbell@both
Deadlift | deadlift | weight | weight | 0 0 0 | 4 0 0 | 50 | fitness power +barbell@both
Kettlebell swing | half-squat | pistol | pistol | 0 0 0 | | 62 | fitness +kettlebell@both
Squat, arms crossed | squat | under | over | 0 0 0 | 12 0 0 | -50 | fitness
Squat, hands behind the head | squat | behind-head | behind-head | 0 0 0 | 8 0 0 | 35 | fitness
Sumo squat | low | wring | wring | 0 0 0 | 4 10 0 | 0 | fitness
Jumping jack | star | up | up | 0 0 0 | | 0 | fitness
Burpee jump | straight-jump | up | wide | 0 -6 0 | | 40 | fitness
Mountain climber | lunge-low-R | floor | floor | 0 20 0 | 20 0 0 | 62 | fitness
Bird dog | crawl-R | swim | floor | 0 16 0 | | 60 | fitness balance
Glute bridge, hands on the belly | bridge | belly | belly | - | | -70 | fitness
Crunch | back-knees | behind-head | behind-head | - | 34 10 0 | 68 | fitness
Triceps stretch | stand | draw-back | crown-touch | 0 0 0 | | -12 | fitness
Chest stretch, hands behind | step-L | behind | behind | 0 -6 0 | -12 0 0 | 48 | fitness
Calf stretch at the wall | bow-stance-R | stop | stop | 0 0 0 | | 62 | fitness
Hamstring stretch, foot on the box | box-L | reach-low | reach-low | 0 14 0 | 40 0 0 | 62 | fitness +box
Straddle stretch, leaning over | straddle-sit | reach | ankle | 0 0 0 | 30 16 0 | 10 | fitness
Chair pose | half-squat | up | up | 0 0 0 | 4 0 0 | 58 | yoga
Half moon pose | raised-aside-R | up | reach-low | 0 0 0 | 0 -40 0 | 0 | yoga balance
Warrior three | hinge-L | swim | swim | 0 10 0 | | 66 | yoga balance
Low lunge, arms up | lunge-low-L | up | up | 0 -8 0 | -60 0 0 | 58 | yoga
Child's pose, arms back | bow-down | hang | hang | - | | -68 | yoga
Camel pose | kneel-back-R | ankle | ankle | - | -30 0 0 | 62 | yoga
Seated twist | cross-legged | other-knee | floor-aside | -30 0 0 | 0 0 -26 | 20 | yoga
Seated forward bend | long | shin | shin | - | 46 0 0 | 60 | yoga
""",
)
