"""Settings of the journey in Chromium: the real ones, on a day that the journey chooses.

Every process of the portal reads the clock here, so that the end of a quarter
can be walked through on any day. Needs the development packages.
"""

import os
from datetime import datetime

import time_machine

from ducpho_portal.settings import *  # noqa: F403

if PRODUCTION:  # noqa: F405
    raise SystemExit("settings_journey is for tests")
if moment := os.environ.get("JOURNEY_NOW"):
    time_machine.travel(datetime.fromisoformat(moment), tick=True).start()
