"""A benefit as it is answered."""

import dataclasses

from benefits_model.days import Month
from benefits_model.money import shown

FUND, EMPLOYER = "FUND", "EMPLOYER"


@dataclasses.dataclass(frozen=True)
class Benefit:
    """Who pays how much, once or from a month on."""

    name: str
    fen: int
    payer: str = FUND
    # The first month of what is paid monthly.
    from_month: Month | None = None
    # Which of the survivors gets it.
    person: int | None = None

    def as_json(self) -> dict:
        month = self.from_month and {"year": self.from_month[0], "month": self.from_month[1]}
        return {"benefit": self.name, "person": self.person, "amount": shown(self.fen),
                "monthly": month is not None, "fromMonth": month, "payer": self.payer}
