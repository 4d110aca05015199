"""The figures of the law, each with its article; nothing is computed here.

Reg. is 《工伤保险条例》, State Council decree 375 of 2003, in force from 2004-01-01, as amended by decree 586,
in force from 2011-01-01; articles are counted as in the amended text. Scope is 《因工死亡职工供养亲属范围规定》,
decree 18 of the Ministry of Labour and Social Security of 2003.
"""

import datetime
from fractions import Fraction

IN_FORCE = datetime.date(2004, 1, 1)
AMENDED = datetime.date(2011, 1, 1)

# Reg. 64: own wage is at least and at most so much of the average wage of the pooling area.
OWN_WAGE_FLOOR = Fraction(60, 100)
OWN_WAGE_CAP = Fraction(300, 100)
# Reg. 64: the months before the injury of which own wage is the mean.
OWN_WAGE_MONTHS = 12

# 人社部发〔2013〕34号 article 8, of this day: where an occupational disease is found after retirement, the lump sum goes by
# the mean pension of so many months before the diagnosis where that is more; where it is found after the labour
# relation, own wage is that of the months before its end.
RETIRED_BY_PENSION = datetime.date(2013, 4, 25)
PENSION_MONTHS = 12

# Reg. 35-37: months of own wage by grade; before the amendment articles 33-35 with lower ones.
LUMP_SUM_MONTHS = {
    IN_FORCE: dict(zip(range(1, 11), (24, 22, 20, 18, 16, 14, 12, 10, 8, 6))),
    AMENDED: dict(zip(range(1, 11), (27, 25, 23, 21, 18, 16, 13, 11, 9, 7))),
}
# Reg. 35 (1) 2 and 36 (1) 2: the monthly allowance as a share of own wage.
ALLOWANCE = {1: Fraction(90, 100), 2: Fraction(85, 100), 3: Fraction(80, 100), 4: Fraction(75, 100),
             5: Fraction(70, 100), 6: Fraction(60, 100)}
# Reg. 35: of these grades the fund pays the allowance; Reg. 36: of those above, the employer.
FROM_THE_FUND = range(1, 5)

# Reg. 36 (2), 37 (2) since decree 586; before, Reg. 2003 article 34 made the employer pay both subsidies.
MEDICAL_SUBSIDY_FROM_THE_FUND = datetime.date(2011, 1, 1)
# Reg. 36 (2), 37 (2): where the labour relation ends, these grades get the two subsidies.
SUBSIDISED = range(5, 11)

# Reg. 34: of the average monthly wage of the pooling area.
NURSING = {"NURSING_GRADE_FULL": Fraction(50, 100), "NURSING_GRADE_MOSTLY": Fraction(40, 100),
           "NURSING_GRADE_PARTLY": Fraction(30, 100)}

# Reg. 39 (1) 1: months of the average wage of the pooling area.
FUNERAL_MONTHS = 6
# Reg. 39 (1) 3, since the amendment: times the national income per head of the year before.
LUMP_SUM_DEATH = 20
# Reg. 39 (1) 2: shares of own wage, and what a lone elder or an orphan gets more.
SPOUSE_SHARE = Fraction(40, 100)
RELATIVE_SHARE = Fraction(30, 100)
LONE_OR_ORPHAN_MORE = Fraction(10, 100)
# Reg. 41 (1): the employer pays wages for three months, counted with that of the accident.
MONTHS_OF_WAGES_WHEN_MISSING = 3

# Scope 3: the ages that give a right to who depended on the deceased, unless unable to work.
ELDERS = ("SURVIVOR_RELATION_SPOUSE", "SURVIVOR_RELATION_PARENT", "SURVIVOR_RELATION_GRANDPARENT")
YOUNG = ("SURVIVOR_RELATION_CHILD", "SURVIVOR_RELATION_GRANDCHILD", "SURVIVOR_RELATION_SIBLING")
MAN, WOMAN, OF_AGE = 60, 55, 18

# 全国城镇居民人均可支配收入 in yuan: the National Bureau of Statistics' communiqués (国民经济和社会发展统计公报) of
# the year. Up to 2013 of the older survey of urban households, from 2014 of the integrated one.
NATIONAL_URBAN_DISPOSABLE_INCOME = {
    2010: 19109, 2011: 21810, 2012: 24565, 2013: 26955, 2014: 28844, 2015: 31195, 2016: 33616, 2017: 36396,
    2018: 39251, 2019: 42359, 2020: 43834, 2021: 47412, 2022: 49283, 2023: 51821, 2024: 54188,
}
