"""What people do here, in their own words: each goes by the names of buttons, links and fields, as they hear them."""

import re
from dataclasses import dataclass, field
from typing import Protocol, Self, TypeVar

from playwright.sync_api import Locator, Page, expect

from portfolio.models import TrainingSession, User
from tests.browser.catalogue import Say
from tests.browser.check import Check
from tests.cast import PASSWORD, both

NAMES = {"id": "Bahasa Indonesia", "en": "English"}


@dataclass
class Visitor:
    """Somebody with a browser. Every page that they come to is checked."""

    user: User
    page: Page
    check: Check
    language: str
    say: Say = field(init=False)

    def __post_init__(self) -> None:
        self.speaks(self.language)

    def speaks(self, language: str) -> None:
        """Expect this language from now on."""
        self.language, self.say = language, Say(language)

    # --- Going from page to page

    def opens(self, address: str, *, status: int = 200) -> Self:
        """Type an address."""
        self.page.goto(address)
        return self.looks(status)

    def looks(self, status: int = 200) -> Self:
        """Look at the page that is there."""
        self.check(self.page, status=status)
        expect(self.page.locator("html")).to_have_attribute("lang", self.language)
        return self

    def presses(self, name: str | re.Pattern[str], *, status: int = 200) -> Self:
        """Press a button that sends something."""
        return self._goes_by(self.page.get_by_role("button", name=name, exact=True), status)

    def follows(self, name: str | re.Pattern[str], *, status: int = 200) -> Self:
        """Follow a link on the page."""
        return self._goes_by(self.main.get_by_role("link", name=name, exact=True), status)

    def goes_to(self, place: str) -> Self:
        """Go to a place by the tabs (or the bar) that are on every page."""
        places = self.page.get_by_role("navigation", name=self.say("Main"))
        return self._goes_by(places.get_by_role("link", name=begins(self.say(place))))

    def comes_back(self, *, status: int = 200) -> Self:
        """Look at the same page again, later."""
        self.page.reload()
        return self.looks(status)

    def _goes_by(self, thing: Locator, status: int = 200) -> Self:
        with self.page.expect_navigation():
            thing.click()
        return self.looks(status)

    # --- Reading

    @property
    def main(self) -> Locator:
        """What the page is about."""
        return self.page.get_by_role("main")

    def part(self, name: str) -> Locator:
        """A part of the page, by its heading."""
        return self.main.get_by_role("region", name=name)

    def reads(self, *texts: str) -> Self:
        """These texts are on the page."""
        for text in texts:
            expect(self.main).to_contain_text(text)
        return self

    def is_at(self, heading: str) -> Self:
        """This is the page's heading."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading)
        return self

    def is_told(self, sentence: str, **values: str) -> Self:
        """The page says what was done."""
        expect(self.page.get_by_role("status").filter(has_text=self.say(sentence, **values))).to_be_visible()
        return self

    def fills(self, label: str, text: str) -> Self:
        """Fill a field."""
        self.main.get_by_label(label, exact=True).fill(text)
        return self

    # --- Coming and leaving

    def signs_in(self, password: str = PASSWORD) -> Self:
        """Come to the door, choose the language, and sign in."""
        self.page.goto("/")
        if self.page.locator("html").get_attribute("lang") != self.language:
            self.page.get_by_role("button", name=NAMES[self.language], exact=True).click()
        self.looks().is_at(self.say("Sign in"))
        self.fills(self.say("Email address"), self.user.email).fills(self.say("Password"), password)
        return self.presses(self.say("Sign in"))

    def signs_out(self) -> Self:
        """Leave; whoever comes next has to sign in."""
        self.goes_to("Me").presses(self.say("Sign out")).is_at(self.say("Sign in"))
        return self.opens("/series/").is_at(self.say("Sign in"))

    def chooses_language(self, language: str) -> Self:
        """Have everything in another language from now on."""
        self.goes_to("Me")
        self.main.get_by_label(self.say("Language"), exact=True).select_option(label=NAMES[language])
        save = self.say("Save changes")
        self.speaks(language)
        return self.presses(save).is_told("Your profile is saved.")

    def changes_password(self, old: str, new: str) -> Self:
        """Choose another password."""
        self.goes_to("Me").fills(self.say("Present password"), old)
        self.fills(self.say("New password"), new).fills(self.say("New password, once more"), new)
        self.presses(self.say("Change password"))
        return self.is_told("Your password has been changed. Other devices have been signed out.")

    # --- Talking about a reflection

    def asks(self, text: str) -> Self:
        """Say something, from wherever a reflection is read."""
        if (folded := self.main.get_by_text(self.say("Post a comment without deciding"))).count():
            folded.click()
        return self.fills(self.say("Your comment"), text).presses(self.say("Post a comment")).reads(text)

    def replies(self, to: str, text: str) -> Self:
        """Answer what was said."""
        said = self.main.get_by_role("listitem").filter(has_text=to)
        said.locator("summary", has_text=self.say("Reply")).click()
        return self.fills(self.say("Your reply"), text).presses(self.say("Post the reply")).reads(text)

    def finds_new(self, *texts: str) -> Self:
        """What is marked as new is this, and nothing else."""
        new = self.main.get_by_role("article").filter(has=self.page.get_by_text(self.say("New"), exact=True))
        expect(new).to_have_count(len(texts))
        for text in texts:
            expect(new.filter(has_text=text)).to_have_count(1)
        return self

    def title(self, session: TrainingSession) -> str:
        """A session as the page calls it."""
        return session.title[self.language]


Somebody = TypeVar("Somebody", bound=Visitor)


class Visits(Protocol):
    """Somebody comes, signed in if nothing else is said."""

    def __call__(self, kind: type[Somebody], user: User, *, signed_in: bool = True) -> Somebody: ...


class Trainee(Visitor):
    """Somebody who writes."""

    def sees_first(self, heading: str, *, because: str) -> Self:
        """Above all else on the page is this, with the reason."""
        first = self.main.get_by_role("region").first
        expect(first).to_contain_text(heading)
        expect(first).to_contain_text(because)
        return self

    def begins(self, session: TrainingSession) -> Self:
        """Begin to write about a session."""
        return self.presses(called(self.say("Write a reflection"), self.title(session)))

    def writes_on(self, session: TrainingSession) -> Self:
        """Go on with a draft."""
        return self.follows(called(self.say("Write on"), self.title(session)))

    def revises(self, session: TrainingSession) -> Self:
        """Open what came back."""
        return self.follows(called(self.say("Open and revise"), self.title(session)))

    def reads_again(self, title: str) -> Self:
        """Open what was written about a session, from the strip of the series."""
        return self._goes_by(self.part(self.say("Series")).get_by_role("link", name=about(title)))

    def answers(self, **answers: str) -> Self:
        """Answer the prompts, by their keys."""
        for key, text in answers.items():
            self.fills(both(key.replace("_", "-"))[self.language], text)
        return self

    def has_written(self, **answers: str) -> Self:
        """The prompts have these answers."""
        for key, text in answers.items():
            field = self.main.get_by_label(both(key.replace("_", "-"))[self.language], exact=True)
            expect(field).to_have_value(text)
        return self

    def saves_the_draft(self) -> Self:
        """Save, and stay."""
        return self.presses(self.say("Save draft")).is_told("Your draft is saved.")

    def submits(self) -> Self:
        """Hand it in."""
        return self.presses(self.say("Submit")).is_told("Your reflection has been submitted.")

    def withdraws(self, *, status: int = 200) -> Self:
        """Take it back."""
        return self.presses(self.say("Withdraw"), status=status)

    def has(self, *, submitted: int, signed_off: int, of: int) -> Self:
        """The progress page tells these numbers."""
        self.goes_to("Progress").is_at(self.say("My progress"))
        told = self.part(self.say("In all"))
        for kind, count in (("Submitted by you", submitted), ("Signed off", signed_off)):
            figures = self.say("%(count)s of %(total)s", count=count, total=of)
            expect(told).to_contain_text(re.compile(rf"{re.escape(self.say(kind))}\s*{re.escape(figures)}"))
        return self

    def stands(self, title: str, standing: str, *, submitted: int, signed_off: int, asked_for: int) -> Self:
        """The progress page tells this of a module."""
        heading = self.page.get_by_role("heading", name=title, exact=True, level=3)
        module = self.main.locator("article, li").filter(has=heading)
        figures = "%(submitted)s submitted · %(accepted)s signed off · %(required)s asked for"
        expect(module).to_contain_text(self.say(figures, submitted=submitted, accepted=signed_off, required=asked_for))
        expect(module).to_contain_text(self.say(standing))
        return self


class Reviewer(Visitor):
    """Somebody who decides."""

    def finds_waiting(self, *trainees: User) -> Self:
        """On the desk are reflections of these people; in which order, the day decides."""
        entries = self.is_at(self.say("Desk")).main.get_by_role("list").get_by_role("link")
        expect(entries).to_have_count(len(trainees))
        for trainee in trainees:
            expect(entries.filter(has_text=trainee.name)).to_have_count(1)
        return self

    def reviews_it(self) -> Self:
        """Go from reading a reflection to deciding on it."""
        return self.follows(self.say("Review it"))

    def takes(self, trainee: User) -> Self:
        """Open what somebody handed in."""
        return self.follows(about(trainee.name)).is_asked_by(trainee)

    def is_asked_by(self, trainee: User) -> Self:
        """A reflection of this person is there to be decided on."""
        expect(self.main.get_by_role("link", name=self.say("Progress of %(name)s", name=trainee.name))).to_be_visible()
        return self

    def returns(self, because: str, *, status: int = 200) -> Self:
        """Give it back, with a reason."""
        return self.fills(self.say("Feedback"), because).presses(self.say("Return for revision"), status=status)

    def accepts(self, saying: str = "") -> Self:
        """Accept it, and go on to the next one if there is one."""
        button = re.compile("|".join(re.escape(self.say(name)) for name in ("Accept, then the next one", "Accept")))
        return self.fills(self.say("Feedback"), saying).presses(button)

    def is_done(self) -> Self:
        """Nothing waits any more."""
        return self.is_at(self.say("Desk")).reads(self.say("Nothing waits for you"))


class Organiser(Visitor):
    """Somebody who sees a cohort as a whole."""

    def sees_in_the_grid(self, trainee: User, *, complete: int, of: int) -> Self:
        """The grid tells how many modules a trainee has completed."""
        row = self.main.get_by_role("row").filter(has_text=trainee.name)
        expect(row).to_contain_text(self.say("%(count)s of %(total)s modules complete", count=complete, total=of))
        return self


def begins(words: str) -> re.Pattern[str]:
    """A name that begins with these words."""
    return re.compile(rf"^{re.escape(words)}")


def called(words: str, title: str) -> re.Pattern[str]:
    """The name of a button that says for which session it is."""
    return re.compile(rf"^{re.escape(words)}\s*:\s*{re.escape(title)}$")


def about(words: str) -> re.Pattern[str]:
    """The name of a link that has these words among others."""
    return re.compile(rf"\b{re.escape(words)}\b")
