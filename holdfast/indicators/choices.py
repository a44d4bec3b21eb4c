"""Where the sources disagree: the readings chosen, each a named setting, and the version that every figure carries."""

from typing import Literal, get_args, get_type_hints

from msgspec import Struct, structs

# Of the rules themselves; to be raised whenever a figure of old facts would come out differently.
RULES = "1"


class Choices(Struct, frozen=True, gc=False):
    """`eighteen`: days from the 18th birthday on are cut out, or counted until the discharge.

    `spurious_restart`: a move to the very placement left is joined to it, or counted. `two_year_cohort`: looked after
    in the year before the rolling year, or in the current period of care for 24 months.
    """

    eighteen: Literal["cut", "counted"] = "cut"
    spurious_restart: Literal["joined", "counted"] = "joined"
    two_year_cohort: Literal["year_before", "current_period"] = "year_before"


DEFAULTS = Choices()
# By name, what can be chosen, the default first.
CHOICES: dict[str, tuple[str, ...]] = {name: get_args(kind) for name, kind in get_type_hints(Choices).items()}


def choose(settings: str) -> Choices:
    """Choices from text such as `eighteen=counted,spurious_restart=counted`; empty: the defaults.

    ValueError, a sentence, where there is no such choice.
    """
    chosen: dict[str, str] = {}
    for setting in filter(None, settings.split(",")):
        name, _, value = setting.strip().partition("=")
        if name not in CHOICES:
            raise ValueError(f"There is no choice {name!r}: they are {', '.join(CHOICES)}.")
        if value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(CHOICES[name])}, not {value!r}.")
        chosen[name] = value
    return structs.replace(DEFAULTS, **chosen)


def definitions(choices: Choices = DEFAULTS) -> str:
    """The version of the definitions: that of the rules, and every choice that is not the default."""
    changed = {name: value for name, value in structs.asdict(choices).items() if value != getattr(DEFAULTS, name)}
    return "-".join([RULES, *(f"{name}.{value}" for name, value in sorted(changed.items()))])


def choices_of(version: str) -> Choices:
    """The choices that a version of the definitions was made with, as `definitions` writes it.

    ValueError, a sentence, where the rules were others than these, or there is no such choice.
    """
    rules, *changed = version.split("-")
    if rules != RULES:
        raise ValueError(f"These figures were made by rules {rules!r}; only rules {RULES!r} can be read here.")
    return choose(",".join(each.replace(".", "=", 1) for each in changed))
