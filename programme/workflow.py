"""The life of an activity that took place."""

from core.fact_steps import fact_steps
from core.workflow import Workflow
from programme.models import Activity

ACTIVITIES = Workflow(Activity, *fact_steps("activity"))
