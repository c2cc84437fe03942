"""Fashion and editorial poses of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

FASHION_ROWS = read_rows(
    "fashion",
    """
Both hands on hips, one hip out | hip-out-L | hip | hip | 0 0 4 | | 0 | f mood:confident
Fists on hips, leg aside | aside-R | fist-hip | fist-hip | 0 -4 0 | | 0 | mood:confident
Hand on hip, leg stretched forward | forward-R | hip | low-open | -14 0 0 | -6 8 12 | -12 | f glamour
Leg aside, arms hanging wide | aside-L | out | loose | 22 0 0 | 0 4 0 | 0 | mood:serious
Hand on hip, hand in the hair | knee-raised-R | hip | hair | -10 -4 8 | | 0 | f glamour
Hand on the crown, hand on hip | rest-L | hip | crown-touch | 6 0 6 | | 12 | f glamour
Arched overhead, hand on hip | hip-out-L | hip | overhead | 18 -4 8 | 0 6 0 | 10 | f glamour
Both arms arched overhead | cross-L | overhead | overhead | 0 -8 0 | -6 0 0 | -15 | f mood:dramatic
Hand behind the head, hand on hip | rest-L | behind-head | hip | -20 0 -8 | | 0 | f glamour
Hands on the head, elbows wide | astride | crown-touch | crown-touch | 0 -6 0 | -4 0 0 | 0 | mood:dramatic
Crossed ankle, hands behind | crossed-behind-L | behind | behind | 12 4 8 | 0 0 -18 | 10 | f shy
Crossed ankle, hand at the collarbone | crossed-behind-R | loose | collarbone | -15 0 4 | | -10 | f romantic
Toe behind, hand on hip | toe-behind-L | hip | loose | 24 -2 0 | 0 0 10 | 25 | f
Toe behind, arms open low | toe-behind-R | low-open | low-open | -10 -6 0 | -6 0 0 | 0 | f mood:dramatic
Knee in, hand at the mouth | knee-in-R | belly | mouth | 12 4 8 | -8 0 0 | 0 | f playful
Knee in, hand on cheek | knee-in-L | cheek | under | -14 2 -10 | | 0 | f playful
Heel up, hand on the thigh | heel-up-L | thigh-side | hip | -16 2 0 | | -18 | f glamour
Heel up, hands in back pockets | heel-up-R | back-pocket | back-pocket | 20 -6 0 | -6 0 0 | 20 | f casual street
Foot kicked up, arms wide | kick-up-L | aside-soft | low-open | 0 -6 6 | | 20 | f playful joy
Foot kicked up, hand at the hat | kick-up-R | brim | out | 16 -2 -6 | | -25 | f playful +hat
Leaning in, hands on the thighs | bent-forward-L | knee | knee | 0 -8 0 | 12 -10 0 | 15 | f playful
Leaning in, finger on the lips | bent-forward-R | behind | lips | 0 -10 6 | 10 0 0 | -15 | f playful
Leaning in, hand on hip | bent-forward-L | hip | loose | 10 -6 -6 | 14 0 -8 | -20 | f
Hand in the pocket, hand at the lapel | toe-behind-R | pocket | lapel | -18 0 0 | | -10 | m formal
Hand in the pocket, thumb in the belt | wide | pocket | belt | 14 2 0 | 0 0 18 | 0 | m casual
Thumbs in the belt, feet wide | astride | belt | belt | 0 4 0 | -4 0 0 | 0 | m street mood:confident
Hand at the lapel, arm behind | step-long-L | behind | lapel | 25 2 0 | | 18 | m formal
Coat over the shoulder | crossed-behind-L | pocket | sword-shoulder | -20 0 0 | | -15 | m casual mood:confident
Jacket over the shoulder, walking | walk-L | - | sword-shoulder | 12 0 0 | 0 10 18 | 20 | m casual walking
Hand at the glasses, hand in the pocket | toe-behind-L | pocket | glasses | 8 2 -4 | | 0 | +glasses mood:confident
Both hands at the glasses | step-L | glasses | glasses | 0 2 0 | | -18 | +glasses
Hand at the brim, arm behind | cross-R | behind | brim | -12 8 0 | | 0 | m +hat mood:serious
Holding the hat with both hands | rest-R | brim | brim | 0 4 -6 | | 10 | f +hat
Collar up with both hands | toe-behind-L | collar | collar | 14 -2 0 | | -20 | street mood:serious
Arms crossed, feet wide | astride | under | over | 0 0 0 | -5 0 0 | 0 | m street mood:confident
Arms crossed low, hip out | hip-out-R | belly | other-arm | 20 2 6 | | 0 | f mood:serious
Holding the elbow, hand at the chin | hip-out-R | belly | chin | 10 2 4 | | -16 | mood:thoughtful
Both hands at the neck | rest-R | neck-side | neck-side | 0 -10 0 | -4 0 0 | 0 | f glamour
Neck stretched, hand behind it | hip-out-L | loose | neck | -26 -6 -12 | | 0 | f glamour
Hugging oneself | knee-in-R | shoulder | shoulder | 12 8 8 | | 0 | f romantic
Hand on the shoulder, looking down | toe-behind-R | loose | shoulder | -18 22 -6 | | -14 | f mood:calm
One arm across, one arm long | cross-R | other-arm | hang | -20 4 0 | | -20 | f shy
Voguing, both hands | aside-L | vogue | vogue | 0 -4 0 | | 0 | mood:dramatic
Voguing, arms at right angles | wide | robot-up | vogue | 20 0 0 | 0 -8 0 | 0 | mood:dramatic
One arm up, one on hip | aside-R | hip | up | 0 -10 4 | 0 6 0 | 0 | mood:dramatic
Arms in a diagonal | bow-stance-L | low-open | wide | -20 -12 0 | 0 8 0 | 0 | mood:dramatic
Arms back, chest out | forward-L | back | back | 0 -14 0 | -12 0 0 | 30 | f mood:dramatic
Arms back like wings | tiptoe | back | back | 0 -6 0 | 8 0 0 | -30 | mood:dramatic
Limp wrists, leg forward | forward-L | limp | limp-aside | 15 -6 0 | -6 0 0 | 10 | f glamour
Limp wrist, hand on hip | aside-R | limp-aside | hip | 0 -2 -8 | | 0 | f glamour
Bag on the forearm | tiptoe | handbag | loose | -15 -2 0 | | -18 | f +handbag@forearm.L
Bag on the forearm, hand on hip | knee-raised-L | hip | handbag | 18 0 0 | | 14 | f +handbag@forearm.R
Bag in both hands in front | crossed-behind-L | clasp | clasp | 0 0 6 | | 0 | f +handbag@both
Bag over the shoulder, hand on the strap | bent | strap | loose | -20 0 0 | | -25 | casual street +tote@shoulder.L
Bag held high | kick-up-L | bag | fist-up | 0 -8 0 | | 15 | f joy +handbag@R
Bag dangling, back turned | rest-R | bag | hip | 0 0 0 | 0 0 20 | -128 | f +handbag@L
Catwalk, both hands on hips | catwalk-L | hip | hip | 0 -2 0 | 12 0 0 | -14 | f walking
Catwalk, hands in pockets | catwalk-R | pocket | pocket | 0 0 0 | -4 0 0 | 12 | walking
Catwalk, coat held open | catwalk-L | out | lapel | 14 0 0 | 8 -8 -14 | 18 | walking
Catwalk, hand in the hair | catwalk-R | hair | loose | -10 0 -6 | | -12 | f walking
Catwalk turn, looking back | catwalk-L | hip | loose | 0 0 0 | 0 0 22 | -122 | f walking
Catwalk, bag on the forearm | catwalk-L | loose | handbag | 0 -2 0 | 16 8 0 | 30 | f walking +handbag@forearm.R
Stride, hand at the collar | stride-R | - | collar | 0 0 0 | | 28 | walking mood:serious
Crossing step, one shoulder ahead | cross-L | out | pocket | -20 0 0 | -6 8 28 | -25 | walking street
Back turned, hands in the hair | hip-out-L | hair | hair | - | 0 0 8 | 160 | f glamour
Back turned, arms overhead | forward-R | overhead | overhead | - | -4 0 0 | 170 | f mood:dramatic
Back turned, hands in back pockets | rest-L | back-pocket | back-pocket | 0 0 0 | 0 0 -18 | 125 | street casual
Back turned, hand on the wall | face-wall | wall-palm | hip | - | | 150 | mood:dramatic
Over the shoulder, hand on the thigh | heel-up-R | thigh-side | hip | 0 2 0 | 0 0 -22 | 118 | f glamour
Over the shoulder, arms crossed | rest-R | under | over | 0 0 0 | 0 0 20 | -112 | mood:confident
Leaning on the wall, hands in pockets | wall | pocket | pocket | 14 2 0 | | 25 | street casual
Leaning on the wall, arms crossed | wall | under | over | -10 0 0 | | -28 | street mood:confident
Leaning on the wall, foot up | wall-foot-L | pocket | loose | 20 2 0 | | -35 | street casual
Foot on the wall, arms crossed | wall-foot-R | over | under | -15 0 0 | | 38 | street mood:confident
Foot on the wall, hands behind | wall-foot-L | behind-head | thigh-side | 10 -4 4 | | 30 | f street
Back on the wall, hand in the hair | wall | hair | loose | -18 -6 0 | | 30 | f glamour
Back on the wall, arms overhead | wall | overhead | overhead | 12 -6 6 | | 22 | f glamour
Back on the wall, looking up | wall | hang | belly | 20 -26 0 | | -40 | mood:thoughtful
Shoulder on the wall, arms crossed | wall-side-L | under | over | 0 2 0 | | 0 | m casual
Shoulder on the wall, hand in the pocket | wall-side-R | pocket | loose | 0 4 0 | | 0 | m casual
Shoulder on the wall, thumbs in the belt | wall-side-L | belt | belt | -15 4 0 | | -20 | m street
Perched, hands on the edge | perch-L | seat-edge | seat-edge | 0 2 0 | | 25 | casual
Perched, arms crossed | perch-R | under | over | 15 0 0 | 0 10 18 | -25 | mood:confident
Perched, hand at the chin | perch-L | thigh | chin | -10 2 4 | | 30 | mood:thoughtful
Perched, hand in the hair | perch-R | seat-edge | hair | 10 -2 8 | | -30 | f glamour
On the bar stool, hand on hip | bar-L | thigh | hip | 0 0 0 | | 28 | f glamour
On the bar stool, hands on the knee | bar-R | other-knee | thigh | 0 2 6 | 8 0 0 | -30 | f
On the bar stool, arm overhead | bar-L | thigh | overhead | 15 -6 8 | 0 4 0 | 20 | f glamour
Squatting, hand at the chin | crouch-toes | elbow-knee | fist-chin | 0 0 0 | 20 0 0 | 25 | street mood:serious
Squatting, arms on the knees | crouch-toes | arm-on-knee | arm-on-knee | 10 4 0 | 14 10 0 | -25 | street casual
Squatting, one hand on the floor | crouch-toes | finger-floor | arm-on-knee | -10 0 0 | 30 0 0 | 30 | street mood:fierce
Squatting, arms crossed on the knees | crouch | under | over | 0 4 0 | 18 0 0 | 20 | street mood:serious
One knee down, hand on hip | one-knee-L | arm-on-knee | hip | -12 0 0 | | 35 | mood:confident
Kneeling, hands in the hair | kneel-wide | hair | hair | 0 -6 6 | | 15 | f glamour
Kneeling, hand on hip | kneel | hip | thigh-side | 18 0 0 | | -35 | f glamour
Kneeling back, arm overhead | kneel-back-L | overhead | ankle | 0 -10 0 | -14 0 0 | 40 | f mood:dramatic
Floor sit, hand behind, chin up | mermaid-L | floor-aside | thigh | 20 -12 0 | -10 8 12 | -20 | f glamour
Floor sit, hand in the hair | mermaid-R | hair | floor-aside | -10 -2 6 | | 25 | f glamour
Deep lunge, hand on the knee | lunge-L | knee | hip | 0 0 0 | 6 0 0 | -35 | mood:confident
Deep lunge, arms swept back | lunge-R | back | back | 0 -4 0 | -6 0 0 | 40 | mood:dramatic
Side lunge, hand on the thigh | lunge-aside-L | knee | fist-hip | -10 0 0 | 4 6 0 | 0 | mood:dramatic
Side lunge, arm arched over | lunge-aside-R | overhead | thigh | 0 0 0 | 0 -14 0 | 0 | f mood:dramatic
Foot on the box, elbow on the knee | box-L | elbow-knee | pocket | -10 2 0 | 22 0 0 | -25 | m mood:confident
Foot on the box, hands on the thigh | box-R | other-knee | knee | 10 0 0 | 18 0 0 | 25 | mood:confident
Foot on the box, hand on hip | box-L | thigh | hip | 15 -4 0 | | 20 | mood:confident
Knee raised, arms wide | knee-raised-L | aside-soft | wide | 0 -6 0 | | 25 | f mood:dramatic
Tiptoe, arms overhead | tiptoe | up | overhead | 10 -10 0 | 0 6 0 | -20 | f mood:dramatic
Tiptoe, hands at the cheeks | tiptoe | cheek | cheek | 0 -4 8 | 10 0 16 | 12 | f playful joy
Jump, knees back | heels-jump | wide | aside-soft | 0 -6 0 | | 25 | joy
Jump, legs to one side | side-jump-L | up | hip | 0 -4 0 | | 0 | f joy
Jump, coat flying | hop-R | aside | aside | 0 -4 0 | | 35 | mood:dramatic
Proud, chest out | parallel | fist-hip | heart | 20 -12 0 | -12 0 0 | 15 | confident
Swept by the wind | bow-stance-R | shade | back | 0 0 0 | 4 -8 0 | 30 | mood:dramatic
Twisted waist, arms crossed low | parallel | clasp | clasp | 0 0 0 | 0 8 26 | 0 | f mood:dramatic
Bent to the side, arm long | wide | thigh-side | crown | 0 0 10 | 0 24 0 | 0 | f mood:dramatic
Slouched, hands in pockets | crossed-behind-L | pocket | pocket | 0 8 8 | 16 0 0 | 15 | street mood:serious
Slouched, arms hanging in front | parallel | low-round | low-round | 0 8 -8 | 20 0 0 | -20 | street mood:serious
Praying hands, chin on fingertips | heel-up-L | pray | pray | 0 0 0 | 6 0 0 | 0 | mood:serious
Hands over the eyes | rest-L | eyes | eyes | 0 -4 0 | | 0 | mood:dramatic
Blindfolded by a forearm | astride | loose | face | 0 -8 0 | | 0 | mood:dramatic
Arm out to the wall, leg crossed | wall-side-L | aside | hip | -20 0 0 | | 15 | f glamour
Lunge stretch, finger to the floor | lunge-aside-L | point-aside | finger-floor | 0 0 0 | 30 10 18 | 0 | mood:fierce
""",
)
