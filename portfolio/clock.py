"""Time: the present moment, working days, and the end of a day in a time zone. The only reader of the clock."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SATURDAY, SUNDAY = 5, 6
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
_DAY = timedelta(days=1)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The time zone `name`; ValueError when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}") from error


def day_in(moment: datetime, zone_name: str) -> date:
    """The calendar day that `moment` falls on in a zone."""
    return moment.astimezone(zone(zone_name)).date()


def start_of_day(day: date, zone_name: str) -> datetime:
    """The first moment of `day` in a zone, in UTC."""
    return datetime.combine(day, time.min, tzinfo=zone(zone_name)).astimezone(UTC)


def end_of_day(day: date, zone_name: str) -> datetime:
    """The first moment after `day` in a zone, in UTC: what is earlier is in time."""
    return start_of_day(day + _DAY, zone_name)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked: not those of the weekend (0 is Monday), nor the holidays."""

    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise ValueError("a weekend is made of days 0 to 6 and leaves at least one day to work")

    def is_working(self, day: date) -> bool:
        """Whether `day` is worked."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def nth(self, start: date, n: int) -> date:
        """The n-th working day counted from `start`, which is the first if it is worked (n >= 1)."""
        day = start
        while True:
            if self.is_working(day):
                n -= 1
                if n <= 0:
                    return day
            day += _DAY

    def after(self, day: date, n: int) -> date:
        """The day that lies n working days after `day`; `day` itself when n is 0."""
        return self.nth(day + _DAY, n) if n > 0 else day

    def between(self, start: date, end: date) -> int:
        """How many working days lie after `start`, up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.between(end, start)
        return sum(self.is_working(start + timedelta(days=d)) for d in range(1, (end - start).days + 1))
