"""The life of a club's founding."""

from core.fact_steps import fact_steps
from core.workflow import Workflow
from support_orgs.models import ClubFounding

# A founding is written down from its decision and has no form to mend it in: what is wrong is
# retracted, and the right one recorded.
FOUNDINGS = Workflow(
    ClubFounding,
    *(step for step in fact_steps("clubfounding") if step.name in {"verify", "retract"}),
)
