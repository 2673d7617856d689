"""Who must have been told what, by when, and what they must see, from the school's plan (`school.py`) and the users'
own days alone. It knows neither the service nor any file of the site: releases are places in a line here, and days
are days.
"""

from datetime import timedelta
from functools import cache

import school

MONTHS = "January February March April May June July August September October November December".split()
MESES = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()


class Known:
    """What can be known of a policy from a site that was built on a day."""

    def __init__(self, policy, built):
        decided = [d for d in school.DECISIONS if d.day <= built and d.release.policy == policy]
        self.decided = [d for d in decided if d.release.announced <= built]
        self.shown = [d.release for d in self.decided if d.what == "publish"]
        self.effective = {r: r.effective for r in self.shown}
        self.effective |= {d.release: d.to for d in self.decided if d.what == "reschedule"}
        self.off = {d.release for d in self.decided if d.what == "withdraw"}
        self.line = sorted((r for r in self.shown if r not in self.off), key=self.effective.get)
        translated = [d.release for d in self.decided if d.what == "translate"]
        self.spanish = {r for r in self.shown if r.languages or r in translated}

    @cache
    def later(self, accepted):
        """What came in the line after a release, corrections of it aside."""
        since = self.effective.get(accepted, accepted.effective)
        return [r for r in self.line if self.effective[r] > since and r.kind != "correction"]

    def applies(self, day):
        """What is in force: what to store of a user who accepts it."""
        return [r for r in self.line if self.effective[r] <= day and r.kind != "correction"][-1]


known = cache(Known)


class Person:
    """A user as the oracle sees them."""

    def __init__(self, name, language):
        self.name, self.language = name, language
        self.accepted, self.heard, self.asked, self.told, self.dismissed = {}, set(), set(), {}, set()


class Oracle:
    """Goes through the same year. `expected` is what is owed: when, to whom, which message, of what, in which language."""

    def __init__(self):
        self.people, self.expected, self.held, self.seen = {}, [], set(), 0
        self.known = {}

    def learn(self, built):
        self.known = {policy: known(policy, built) for policy in school.POLICIES}

    def poll(self, number, day, built):
        """A round of the service that goes well, on a day, with the site that was built on another."""
        self.learn(built)
        for person in self.people.values():
            for policy, known in self.known.items():
                self.owed(number, day, person, known, person.accepted[policy])
        happened = [decision for known in self.known.values() for decision in known.decided]
        happened.sort(key=lambda d: max(d.day, d.release.announced))
        for decision in happened[self.seen :]:
            release = decision.release
            for person in self.people.values():
                now = self.known[release.policy].effective[release]
                if decision.what == "reschedule" and person.told.get(release, now) != now:
                    person.told[release] = now
                    self.say(number, person, "rescheduled", release, [release])
                if decision.what == "withdraw" and release in person.told:
                    self.say(number, person, "withdrawn", release, [release])
        self.seen = len(happened)

    def owed(self, number, day, person, known, accepted):
        later = known.later(accepted)
        came = [r for r in later if known.effective[r] <= day]
        asking = {r for r in came if r.action == "reaccept"} - person.asked
        say = lambda what, release, about: self.say(number, person, what, release, about)

        def words_of(path, to):
            """Who heard of all but one is told with the words for that one, else with those for all of them."""
            new = [r for r in path if r not in person.heard and r.action != "none"]
            return [new[0]] if len(new) == 1 else [path[-1], to]

        end = self.end(known, came[-1], day) if came else None
        if asking:
            say("re-ask", end, [came[-1], end])
            person.asked |= asking
            person.told[came[-1]] = known.effective[came[-1]]
        elif any(r.action == "notice" and r not in person.heard for r in came):
            say("notify", end, words_of(came, end))
            person.told[came[-1]] = known.effective[came[-1]]
        if any(r.action == "unknown" and r not in person.heard for r in came) and (accepted, came[-1]) not in self.held:
            self.held.add((accepted, came[-1]))
            self.expected.append((number, "a human", "hold", came[-1].id, "en"))
        person.heard.update(came)
        for release in later:
            if release not in person.heard and release.action in ("notice", "reaccept"):
                say("notify", release, words_of(later[: later.index(release) + 1], release))
                person.told[release] = known.effective[release]
            person.heard.add(release)

    def say(self, number, person, what, release, about):
        """A message, in Spanish where what its words are about can be read in Spanish."""
        spanish = person.language == "es" and self.known[release.policy].spanish & set(about)
        self.expected.append((number, person.name, what, release.id, "es" if spanish else "en"))

    @staticmethod
    def end(known, release, day):
        """What is in force may be a correction of what is asked for: the words are about the text that applies."""
        corrects = lambda r: r.kind == "correction" and r.of == release.version and known.effective[r] <= day
        return [release, *filter(corrects, known.line)][-1]

    def sign_up(self, name, language, day, accepted=None):
        person = self.people[name] = Person(name, language)
        person.accepted = accepted or {policy: known.applies(day) for policy, known in self.known.items()}

    def visit(self, name, day):
        """What a user sees: what is to be accepted, banners, links."""
        person, accept, banners, links = self.people[name], set(), set(), {}
        for policy, known in self.known.items():
            later = known.later(person.accepted[policy])
            came = [r for r in later if known.effective[r] <= day]
            if any(r.action == "reaccept" for r in came):
                accept.add(came[-1].id)
            until = lambda r, days: known.effective[r] + timedelta(days)
            told = [r for r in later if r.action in ("notice", "reaccept") and r not in person.dismissed]
            banners |= {r.id for r in told if r.announced <= day < until(r, school.WINDOW[policy])}
            spanish = person.language == "es" and bool(known.spanish)
            text = (school.SPANISH_TITLES if spanish else school.TITLES)[policy]
            asking = [r for r in known.line if r.action in ("notice", "reaccept")]
            revised = [r for r in asking if known.effective[r] <= day < until(r, school.LABEL[policy])]
            if revised:
                on = known.effective[revised[-1]]
                month = (MESES if spanish else MONTHS)[on.month - 1]
                date = f"Revisión ({on.day} de {month} de {on.year})" if spanish else f"Revised ({month} {on.day}, {on.year})"
                text += f" — {date}"
            links[policy] = text
        return accept, banners, links

    def accept(self, name, release):
        self.people[name].accepted[release.policy] = release

    def dismiss(self, name, releases):
        self.people[name].dismissed |= releases
