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
    # The last month, where its end is known.
    until_month: Month | None = None

    def as_json(self) -> dict:
        begins, ends = (month and {"year": month[0], "month": month[1]} for month in (self.from_month, self.until_month))
        return {"benefit": self.name, "person": self.person, "amount": shown(self.fen), "monthly": begins is not None,
                "fromMonth": begins, "untilMonth": ends, "payer": self.payer}
