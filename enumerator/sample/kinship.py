"""Who lives together: relationships, sexes and ages of one family that fit each other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import exp, factorial
from random import Random

from enumerator.sample.names import FEMALE, MALE

LARGEST_FAMILY = 10

# One head and a Poisson number of others, cut off at ten people, have a mean of 3.6 at this rate.
_RATE_OF_OTHERS = 2.6
_SIZE_WEIGHTS = tuple(
    accumulate(
        exp(-_RATE_OF_OTHERS) * _RATE_OF_OTHERS**others / factorial(others)
        for others in range(LARGEST_FAMILY)
    )
)
_SIZES = tuple(range(1, LARGEST_FAMILY + 1))
_MOST_CHILDREN = 6
_MOST_GRANDCHILDREN = 3
_THREE_GENERATIONS_SHARE = 0.1
_OLDEST_YEARS = 95.0
_LAST_BIRTH_YEARS = 45.0


class Relationship:
    """The questionnaire's codes for the relationship to the head (its list ``hubungan``)."""

    HEAD = "1"
    SPOUSE = "2"
    CHILD = "3"
    CHILD_IN_LAW = "4"
    GRANDCHILD = "5"
    PARENT = "6"
    PARENT_IN_LAW = "7"
    OTHER_RELATIVE = "8"
    OTHER = "9"


@dataclass(frozen=True, slots=True)
class Kin:
    """One person of a family; ``age_years`` is exact, not completed years."""

    relationship: str
    sex: str
    age_years: float


def family_size(random: Random) -> int:
    """A number of members from 1 to 10 with a mean of 3.6."""
    return random.choices(_SIZES, cum_weights=_SIZE_WEIGHTS)[0]


def compose(random: Random, size: int) -> list[Kin]:
    """``size`` people with exactly one head, in the order in which a register lists them."""
    if size == 1:
        return [_lone_head(random)]
    is_couple = random.random() < (0.72 if size == 2 else 0.9)
    others = size - (2 if is_couple else 1)
    if others >= 3 and random.random() < _THREE_GENERATIONS_SHARE:
        return _three_generations(random, others, is_couple=is_couple)
    extras = min(others, _extra_relatives(random, size))
    children = others - extras
    if children > _MOST_CHILDREN:
        children, extras = _MOST_CHILDREN, others - _MOST_CHILDREN
    ages = _ages_of_children(random, children, random.triangular(0, 24, 4))
    people = _nucleus(random, ages, is_couple=is_couple)
    for _ in range(extras):
        people.append(_relative(random, people))
    people.sort(key=lambda kin: kin.relationship)  # stable: children stay eldest first
    return people


def _extra_relatives(random: Random, size: int) -> int:
    """How many beyond parents and children: most families have none."""
    draw = random.random()
    if size == 2:
        return int(draw < 0.12)
    if draw < 0.06:
        return 2
    return int(draw < 0.24)


def _lone_head(random: Random) -> Kin:
    is_old = random.random() < 0.6
    age = random.uniform(50, 88) if is_old else random.uniform(19, 50)
    return Kin(Relationship.HEAD, FEMALE if random.random() < 0.55 else MALE, age)


def _three_generations(random: Random, others: int, *, is_couple: bool) -> list[Kin]:
    """A grown child who lives with spouse and children in the parents' family."""
    grandchildren = min(others - 2, random.randint(1, _MOST_GRANDCHILDREN))
    siblings = others - 2 - grandchildren
    # 1.2 years lie between siblings at least: the eldest is 23 or more.
    youngest_years = max(random.uniform(8, 30), 23 - 1.2 * siblings)
    ages = _ages_of_children(random, 1 + siblings, youngest_years)
    people = _nucleus(random, ages, is_couple=is_couple)
    people.append(_child_in_law(random, people))
    for _ in range(grandchildren):
        people.append(_grandchild(random, ages[0]))
    return sorted(people, key=lambda kin: (kin.relationship, -kin.age_years))


def _nucleus(random: Random, births: list[float], *, is_couple: bool) -> list[Kin]:
    """Head, spouse and children of these ages, eldest first; the children decide the rest."""
    if births:
        span = births[0] - births[-1]
        mother = births[0] + random.triangular(19, max(19.5, min(33, _LAST_BIRTH_YEARS - span)))
    elif is_couple and random.random() < 0.4:
        mother = random.uniform(20, 33)
    else:
        mother = random.uniform(45, 80)
    father = max(mother + random.uniform(-2.5, 9.5), (births[0] if births else 0) + 20)
    kin = [
        Kin(Relationship.CHILD, MALE if random.random() < 0.515 else FEMALE, age) for age in births
    ]
    if is_couple:
        return [
            Kin(Relationship.HEAD, MALE, father),
            Kin(Relationship.SPOUSE, FEMALE, mother),
            *kin,
        ]
    if random.random() < 0.75:
        return [Kin(Relationship.HEAD, FEMALE, mother), *kin]
    return [Kin(Relationship.HEAD, MALE, father), *kin]


def _ages_of_children(random: Random, count: int, youngest_years: float) -> list[float]:
    """Ages of the children still at home, eldest first, at least 1.2 years apart."""
    ages = [youngest_years] if count else []
    while len(ages) < count:
        ages.append(ages[-1] + random.uniform(1.2, 4.6))
    return ages[::-1]


def _relative(random: Random, people: list[Kin]) -> Kin:
    """One more person, of a relationship that this family has room for."""
    head = people[0]
    spouse = _first(people, Relationship.SPOUSE)
    eldest = _first(people, Relationship.CHILD)
    possible: list[tuple[float, Kin]] = [
        (0.25, _other_relative(random)),
        (0.04, Kin(Relationship.OTHER, random.choice((MALE, FEMALE)), random.uniform(18, 55))),
    ]
    for weight, relationship, child in (
        (0.4, Relationship.PARENT, head),
        (0.25, Relationship.PARENT_IN_LAW, spouse),
    ):
        if child and (parent := _parent(random, people, relationship, child)):
            possible.append((weight, parent))
    if eldest and eldest.age_years >= 22 and not _first(people, Relationship.CHILD_IN_LAW):
        possible.append((0.4, _child_in_law(random, people)))
    return random.choices([kin for _, kin in possible], [weight for weight, _ in possible])[0]


def _first(people: list[Kin], relationship: str) -> Kin | None:
    return next((kin for kin in people if kin.relationship == relationship), None)


def _other_relative(random: Random) -> Kin:
    return Kin(
        Relationship.OTHER_RELATIVE, random.choice((MALE, FEMALE)), random.triangular(5, 60, 18)
    )


def _parent(random: Random, people: list[Kin], relationship: str, child: Kin) -> Kin | None:
    """A parent of ``child`` who is not in the family yet; None when there is no room for one."""
    present = {kin.sex for kin in people if kin.relationship == relationship}
    age = child.age_years + random.uniform(19, 36)
    if len(present) == 2 or age > _OLDEST_YEARS:
        return None
    if not present:
        return Kin(relationship, FEMALE if random.random() < 0.7 else MALE, age)
    return Kin(relationship, FEMALE if MALE in present else MALE, age)


def _child_in_law(random: Random, people: list[Kin]) -> Kin:
    """The spouse of the eldest child, who must be there."""
    eldest = next(kin for kin in people if kin.relationship == Relationship.CHILD)
    age = max(20, eldest.age_years + random.uniform(-3, 5))
    return Kin(Relationship.CHILD_IN_LAW, FEMALE if eldest.sex == MALE else MALE, age)


def _grandchild(random: Random, parent_years: float) -> Kin:
    age = random.uniform(0.1, min(parent_years - 19.5, 12))
    return Kin(Relationship.GRANDCHILD, random.choice((MALE, FEMALE)), age)
