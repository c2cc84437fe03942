"""Business poses of the grammar, one a line (see pipelines.pose.catalog.rows)."""

from __future__ import annotations

from pipelines.pose.catalog.rows import read_rows

BUSINESS_ROWS = read_rows(
    "business",
    """
Arms crossed in the office | perch-L | over | under | 0 0 0 | | 18 | confident
Hands in the suit pockets | parallel | pocket | pocket | 0 0 0 | -6 8 12 | -30 | m confident
Jacket buttoned, one hand in the pocket | step-R | pocket | wring | 0 6 0 | | 14 | m formal
Briefcase in hand, waiting | aside-R | bag | hang | 12 0 0 | | 15 | formal +briefcase@L
Briefcase, looking at the watch | step-R | limp | bag | 0 24 0 | | -20 | work +briefcase@R
Folder held in front | close | clasp | over | 0 0 4 | | 0 | work +folder@both
Speaking, one hand open | forward-R | offer | pocket | 10 0 0 | | -16 | speaker
Speaking, both hands open | astride | offer | offer | -8 0 0 | | 12 | speaker
Speaking, hand counting | rest-R | belly | count | 0 0 0 | 0 0 -18 | 16 | speaker
Speaking, fist for emphasis | step-R | hip | fist-side | 0 0 0 | 4 0 0 | -20 | speaker mood:serious R=fist
Speaking at the microphone | astride | fist-hip | mic | 0 0 0 | | 12 | speaker stage +microphone@R
Speaking, arms wide | step-long-R | open | open | 0 -4 0 | | 0 | speaker
Speaking, hand on the heart | step-L | out | heart | 0 0 4 | 0 -10 -20 | 15 | speaker thanks
Presenting upwards | rest-L | point-high | hip | 16 -10 0 | | 25 | speaker
Presenting a chart | rest-R | pocket | point-aside | 0 0 0 | 0 0 -10 | 30 | speaker
Pointing at the chart behind | step-L | hip | board | 0 0 0 | 0 0 -16 | 60 | speaker teacher
Pointing at the table | table-lean | table | chop | 0 14 0 | 24 0 0 | 25 | work R=point
Leaning on the desk with both hands | stand+desk | table | table | 0 0 0 | 14 0 0 | 30 | confident +table
Sitting on the desk, one foot down | perch-R | seat-edge | belt | 0 0 0 | | -18 | casual +table
Sitting on the desk with a tablet | perch-L | tablet | tap | 0 20 0 | | -28 | work +tablet@L
At the desk, writing | table-lean | table-forearm | table | 0 22 0 | 16 -10 -20 | 25 | work R=pinch +pen@R
At the desk, on the phone | table | table-forearm | phone-ear | 0 0 0 | | -25 | phone work +phone@R
At the desk, hands steepled | table | wring | wring | 0 0 0 | 12 8 0 | 15 | confident
At the desk, head in the hands | table-lean | brow | brow | 0 26 0 | 32 -8 -14 | 20 | worried
At the desk, leaning back | sit-back | behind-head | behind-head | 0 -4 0 | -6 0 0 | 30 | relaxed +chair
Interview, explaining | sit | explain | thigh | 0 0 0 | 16 0 16 | -30 | speaker
Interview, listening | figure-four-L | shin | chin | 0 0 4 | 6 0 0 | 28 | listening
Meeting, arm over the chair | figure-four-R | aside-soft | thigh | 0 0 0 | 0 0 10 | -22 | casual
Nodding handshake | step-long-R | behind | shake | 0 8 0 | 8 0 0 | -40 | polite friendly
Handshake with both hands | forward-L | shake | shake | 0 2 0 | 6 0 0 | 40 | friendly
Handing over a card | step-long-L | hang | offer | 0 8 0 | 6 0 0 | -35 | polite R=pinch +card@R
Applauding a speaker | step-L | clap | clap | 0 -2 0 | | 30 | friendly
Waving from the stage | astride | hip | wide | 0 -4 0 | | 0 | speaker greeting
Climbing the stairs, briefcase | stair-L | bag | - | 0 -4 0 | | 40 | work walking +briefcase@L
Checking the phone, hand in the pocket | step-L | pocket | phone | 0 26 0 | | 12 | phone +phone@R
""",
)
