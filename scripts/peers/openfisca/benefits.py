"""The benefits of a person as OpenFisca-core counts them: what the bench times the rules beside.

Reads one JSON object of columns from a file, builds a simulation and counts every benefit, and prints the nanoseconds
that took, and the sum of all. Its arithmetic is that of float32, so the sum is near that of the rules and no more.
"""

import json
import sys
import time

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

YEAR, MONTHS = "2025", [f"2025-{month:02}" for month in range(1, 13)]
LUMP_SUM_MONTHS = np.array([0, 27, 25, 23, 21, 18, 16, 13, 11, 9, 7], dtype=np.float32)
ALLOWANCE = np.array([0, 0.90, 0.85, 0.80, 0.75, 0.70, 0.60, 0, 0, 0, 0], dtype=np.float32)
NURSING = np.array([0, 0.50, 0.40, 0.30], dtype=np.float32)
MEDICAL = np.array([0, 0, 0, 0, 0, 10, 8, 6, 4, 2, 1], dtype=np.float32)
EMPLOYMENT = np.array([0, 0, 0, 0, 0, 50, 40, 25, 15, 8, 4], dtype=np.float32)
SHARES = np.array([0.4, 0.3, 0.3], dtype=np.float32)
AVERAGE_WAGE, MINIMUM_WAGE, INCOME = 8000, 2200, 54188

Person = Entity("person", "persons", "", "")


def fen(yuan):
    return np.floor(yuan * 100 + 0.5) / 100


def variable(name, formula=None, kind=float, unit=DateUnit.YEAR):
    """A variable of a person; one with a formula is counted, one without is given."""
    members = {"value_type": kind, "entity": Person, "definition_period": unit, "label": name}
    if formula:
        members["formula"] = formula
    return type(name, (Variable,), members)


def own_wage(person, period):
    mean = sum(person("base", month) for month in MONTHS) / len(MONTHS)
    return np.clip(mean, AVERAGE_WAGE * 0.6, AVERAGE_WAGE * 3)


def of_grade(table):
    return lambda person, period: fen(person("own_wage", period) * table[person("grade", period)])


def allowance(person, period):
    due = person("own_wage", period) * ALLOWANCE[person("grade", period)]
    return np.where(due > 0, fen(np.maximum(due, MINIMUM_WAGE)), 0)


def nursing(person, period):
    return fen(AVERAGE_WAGE * NURSING[person("nursing", period)])


def survivor(place):
    def pension(person, period):
        alone = np.stack([person(f"alone_{other}", period) for other in range(3)])
        shares = SHARES[:, None] + alone * np.float32(0.1)
        total = shares.sum(axis=0)
        wage = person("own_wage", period)
        reduced = np.floor(wage * shares[place] / total * 100) / 100
        return np.where(total > 1, reduced, fen(wage * shares[place]))

    return pension


BENEFITS = {
    "lump_sum": of_grade(LUMP_SUM_MONTHS),
    "allowance": allowance,
    "nursing_allowance": nursing,
    "medical_subsidy": of_grade(MEDICAL),
    "employment_subsidy": of_grade(EMPLOYMENT),
    "funeral": lambda person, period: fen(person.filled_array(AVERAGE_WAGE * 6)),
    "lump_sum_death": lambda person, period: fen(person.filled_array(INCOME * 20)),
    **{f"pension_{place}": survivor(place) for place in range(3)},
}


def system():
    benefits = TaxBenefitSystem([Person])
    benefits.add_variable(variable("base", unit=DateUnit.MONTH))
    for given in ("grade", "nursing"):
        benefits.add_variable(variable(given, kind=int))
    for place in range(3):
        benefits.add_variable(variable(f"alone_{place}", kind=bool))
    for name, formula in {"own_wage": own_wage, **BENEFITS}.items():
        benefits.add_variable(variable(name, formula))
    return benefits


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        columns = {name: np.array(values) for name, values in json.load(file).items()}
    of = system()
    count = len(columns["grade"])
    begun = time.perf_counter_ns()
    simulation = SimulationBuilder().build_default_simulation(of, count=count)
    for place, month in enumerate(MONTHS):
        simulation.set_input("base", month, columns[f"base_{place}"])
    for name in ("grade", "nursing", "alone_0", "alone_1", "alone_2"):
        simulation.set_input(name, YEAR, columns[name])
    counted = [simulation.calculate(name, YEAR) for name in BENEFITS]
    took = time.perf_counter_ns() - begun
    total = sum(float(values.sum(dtype=np.float64)) for values in counted)
    print(json.dumps({"nanoseconds": took, "sum": f"{total:.2f}"}))


if __name__ == "__main__":
    main()
