"""A simulated year of a service that is not ours, with a real site on a real web server.

    python3 year.py PROGRAM WORK

First the school's plan (`school.py`) is published, day by day, by the real program, and every JSON file checked against
its schema (`publisher.py`). Then nginx (and Caddy, where it is installed) serves one build after the other
(`server.py`), and the service (`service.py`) polls it three times a day, while users sign up, accept, dismiss and stay
away, and while much goes wrong. What it sent and showed is compared with what the oracle (`oracle.py`) says, after
every poll and at every visit.

Then the service is made worse in many ways (`worse.py`), and the year has to find each: a check that cannot fail checks
nothing.
"""

import os
import random
import socket
import sys
import time
import types
from datetime import datetime, timedelta
from pathlib import Path

import oracle
import school
import service
from publisher import DAYS, ZONE, Publisher
from school import on
from server import Caddy, Nginx
from worse import WORSE

# What goes wrong between publisher and service, by the day and the hour of the poll.
OUTAGE = {on("2031-07-20") + timedelta(n) for n in range(5)}
MAINTENANCE = {("2031-11-01", 0), ("2031-11-01", 12)}
BACK = {("2031-04-01", 0)}  # the site before is published again, for some hours
# The site before is there again in the middle of a poll, from this file on.
MIXED = {("2031-03-02", 12): "policies.json", ("2031-08-20", 12): "terms/changelog.json"}
DURING = {("2031-12-01", 12)}  # the next site is published in the middle of a poll
CUT = {("2031-11-10", 12)}  # a file has been copied by half
CRASH = {("2031-10-01", 12): 40, ("2031-11-01", 23): 7}  # the service is killed after so many messages
KILLED = {("2031-03-02", 23): 2, ("2031-11-10", 23): 1}  # or when it writes down its state, the nth time
AFTER_A_CRASH = {
    ("2031-10-01", 23): ("2031-10-01", 12),
    ("2031-11-02", 0): ("2031-11-01", 23),
    ("2031-11-11", 0): ("2031-11-10", 23),
}
FAILS = MAINTENANCE | BACK | set(MIXED) | CUT


class Difference(Exception):
    """The service did something else than the oracle says."""


class Crash(BaseException):
    """The service is killed."""


# ---- The users


class User:
    """Somebody's days. What they are asked on the way in, some accept and some do not."""

    def __init__(self, name, language, habit, signs_up, rng):
        self.name, self.language, self.habit, self.signs_up = name, language, habit, signs_up
        pace = {"eager": 6, "regular": 20, "stubborn": 15, "returns": 40, "gone": 0}[habit]
        first = 250 if habit == "returns" else rng.randrange(1, pace + 1) if pace else len(DAYS)
        days = set()
        while first < len(DAYS):
            days.add(DAYS[first])
            first += rng.randrange(1, 2 * pace)
        self.visits = {day for day in days if day > signs_up}


def users(many):
    rng = random.Random(2031)
    habits = ["eager", "regular", "regular", "stubborn", "returns", "gone"]
    languages = ["en", "en", "es", "fr"]
    everyone = [
        User("Ada", "en", "gone", on("2028-03-01"), rng),
        User("Bea", "es", "eager", on("2030-12-21"), rng),
        User("Cai", "fr", "gone", on("2031-07-02"), rng),
    ]
    for n in range(many):
        before = on("2028-02-02") + timedelta(rng.randrange(1060))
        day = before if n % 5 else rng.choice(DAYS[1:-1])
        everyone.append(User(f"u{n:03}", rng.choice(languages), rng.choice(habits), day, rng))
    return everyone


# What three of them must have in their mail at the end, worked out by a person with pencil and paper.
BY_HAND = {
    # Accepted everything on 2028-03-01 and never came back.
    "Ada": """
        2031-01-02 00 re-ask      privacy@2030-06-01
        2031-01-02 00 re-ask      terms@2030-01-15
        2031-02-10 12 notify      privacy@2031-03-15
        2031-03-02 23 rescheduled privacy@2031-03-15
        2031-03-20 12 rescheduled privacy@2031-03-15
        2031-04-20 00 re-ask      privacy@2031-03-15
        2031-05-05 12 notify      terms@2031-06-01
        2031-05-05 12 notify      terms@2031-07-01
        2031-06-10 12 notify      cookies@2031-07-10
        2031-06-24 12 withdrawn   cookies@2031-07-10
        2031-07-01 00 re-ask      terms@2031-07-01
        2031-07-25 00 notify      privacy@2031-09-01
        2031-07-30 12 notify      cookies@2031-08-15
        2031-08-20 23 notify      terms@2031-09-20
        2031-09-10 12 notify      privacy@2031-09-10
        2031-10-01 12 notify      privacy@2031-11-01
        2031-11-01 23 re-ask      privacy@2031-11-01
        2031-11-10 23 notify      cookies@2031-12-10
        2031-12-01 12 notify      privacy@2032-01-15""",
    # Had accepted what was in force when the year began, and accepts everything in advance.
    "Bea": """
        2031-02-10 12 notify      privacy@2031-03-15
        2031-03-02 23 rescheduled privacy@2031-03-15
        2031-03-20 12 rescheduled privacy@2031-03-15
        2031-05-05 12 notify      terms@2031-06-01
        2031-05-05 12 notify      terms@2031-07-01
        2031-06-10 12 notify      cookies@2031-07-10
        2031-06-24 12 withdrawn   cookies@2031-07-10
        2031-07-25 00 notify      privacy@2031-09-01
        2031-07-30 12 notify      cookies@2031-08-15
        2031-08-20 23 notify      terms@2031-09-20
        2031-09-10 12 notify      privacy@2031-09-10
        2031-10-01 12 notify      privacy@2031-11-01
        2031-11-10 23 notify      cookies@2031-12-10
        2031-12-01 12 notify      privacy@2032-01-15""",
    # Signed up while the build was late: the terms of the day before had taken effect already.
    "Cai": """
        2031-07-25 00 notify      privacy@2031-09-01
        2031-07-30 12 notify      cookies@2031-08-15
        2031-08-20 23 notify      terms@2031-09-20
        2031-09-10 12 notify      privacy@2031-09-10
        2031-10-01 12 notify      privacy@2031-11-01
        2031-11-01 23 re-ask      privacy@2031-11-01
        2031-11-10 23 notify      cookies@2031-12-10
        2031-12-01 12 notify      privacy@2032-01-15""",
}


# ---- The year


class Gateway:
    """Somebody's mail service: drops a message whose key it has seen, and now and then the service dies beside it."""

    def __init__(self):
        self.keys, self.sent, self.dropped, self.dies_after = set(), [], 0, None

    def __call__(self, message):
        if self.dies_after == 0:
            self.dies_after = None
            raise Crash
        if self.dies_after:
            self.dies_after -= 1
        if message["key"] in self.keys:
            self.dropped += 1
            return
        self.keys.add(message["key"])
        self.sent.append(message)


class Year:
    def __init__(self, work, server, base, builds, module=service, many=300):
        self.server, self.base, self.builds, self.module, self.users = server, base, builds, module, users(many)
        self.file = str(work / "state.json")
        Path(self.file).unlink(missing_ok=True)
        self.gateway, self.oracle, self.mail = Gateway(), oracle.Oracle(), {}
        self.counts = {"polls": 0, "rounds": 0, "quiet": 0, "visits": 0, "requests": 0, "304": 0, "bytes": 0, "failed": 0}
        self.addresses, self.before, self.owed, self.compared = [], {}, [], 0
        self.published = builds[0]
        self.last, self.read, self.ever, self.full, self.crashed_before = None, None, set(), False, False
        server.close(False)
        server.show(builds[0][1])
        self.start()

    def start(self):
        """The service starts, with what it wrote down."""
        self.service = self.module.Service(self.base, self.file, self.gateway)
        self.service.site.counts = self.last or self.service.site.counts
        get = self.service.site.get

        def watched(address, again=True):
            for ending, act in list(self.before.items()):
                if address.endswith(ending):
                    del self.before[ending]
                    act()
            requests = self.service.site.counts["requests"]
            try:
                return get(address, again)
            finally:
                if self.service.site.counts["requests"] > requests:
                    self.addresses.append(address)

        self.service.site.get = watched

    def go(self):
        everyone = self.users
        for user in everyone:
            if user.signs_up < DAYS[0]:
                accepted = {p: oracle.known(p, school.FIRST_SEAL).applies(user.signs_up) for p in school.POLICIES}
                self.oracle.sign_up(user.name, user.language, user.signs_up, accepted)
                ids = {policy: release.id for policy, release in accepted.items()}
                self.service.sign_up(user.name, user.language, None, ids)
        self.service.save()
        builds = dict(self.builds)
        for number, day in enumerate(DAYS):
            if day in OUTAGE:
                self.server.stop()
            else:
                self.server.start()
            self.poll(day, 0)
            if day in builds and (str(day), 12) not in DURING:
                self.publish(day, builds[day])
            self.poll(day, 12)
            self.people(day, everyone)
            self.poll(day, 23)
            if number % 30 == 0:
                self.restart()
        if self.owed:
            raise Difference(f"at the end {len(self.owed)} are missing: {self.owed[:2]}")
        self.laws()
        self.by_hand()
        return self.counts | self.service.site.counts

    def publish(self, day, folder):
        self.published = (day, folder)
        self.server.show(folder)

    def restart(self):
        self.last = self.service.site.counts
        self.start()

    def poll(self, day, hour):
        now = datetime(day.year, day.month, day.day, hour, *((59, 59) if hour == 23 else (0, 0)), tzinfo=ZONE)
        at = (str(day), hour)
        fails = day in OUTAGE or at in FAILS
        undo = self.trouble(at, day)
        self.addresses, dropped, bytes_before = [], self.gateway.dropped, self.service.site.counts["bytes"]
        self.gateway.dies_after = CRASH.get(at)
        if at in KILLED:
            self.kill(KILLED[at])
        self.counts["polls"] += 1
        crashed = False
        try:
            done = self.service.poll(now)
        except Crash:
            crashed, done = True, True
            self.restart()
        undo()
        if not done and not fails:
            raise Difference(f"{now}: the poll failed")
        if done:
            self.counts["rounds"] += 1
        # Where the site is not whole a poll decides nothing; one that does is found by what it sends, or never sends.
        if not fails:
            self.oracle.poll(at, day, self.published[0])
        self.compare(now, at, crashed)
        if at not in CRASH and self.gateway.dropped > dropped and not self.crashed_before:
            raise Difference(f"{now}: messages were sent a second time")
        self.crashed_before = crashed
        self.polite(now, at, done, bytes_before)

    def kill(self, time):
        """Kills the service when it writes down its state for the nth time from now."""
        save, left = self.service.save, [time]

        def dies():
            left[0] -= 1
            if not left[0]:
                raise Crash
            save()

        self.service.save = dies

    def trouble(self, at, day):
        """What goes wrong at a poll; the way back from it."""
        show, (_, folder) = self.server.show, self.published
        previous = [other for built, other in self.builds if built < self.published[0]]
        undo = lambda: None
        if at in BACK:
            show(previous[-1])
            undo = lambda: show(folder)
        if at in MIXED:
            self.before = {MIXED[at]: lambda: show(previous[-1])}
            undo = lambda: show(folder)
        if at in DURING:
            self.before = {"policies.json": lambda: self.publish(day, dict(self.builds)[day])}
        if at in MAINTENANCE:
            self.server.close(True)
            undo = lambda: self.server.close(False)
        if at in CUT:
            path = folder / "cookies/head.json"
            whole, times = path.read_bytes(), (path.stat().st_atime, path.stat().st_mtime)
            path.write_bytes(whole[: len(whole) // 2])

            def undo():
                path.write_bytes(whole)
                os.utime(path, times)

        return undo

    def compare(self, now, at, crashed):
        """What was sent against what is owed. What a crash kept back is owed at the next poll."""
        self.owed += self.oracle.expected[self.compared :]
        self.compared = len(self.oracle.expected)
        sent = [(m["to"], m["kind"], m["release"], m["language"]) for m in self.gateway.sent]
        for message in self.gateway.sent:
            if not message["subject"] or not message["plain"]:
                raise Difference(f"{now}: a message without words: {message}")
            self.mail.setdefault(message["to"], []).append((at, message["kind"], message["release"]))
        self.gateway.sent = []
        owed = [expected[1:] for expected in self.owed]
        extra, missing = list(sent), []
        for expected in owed:
            if expected in extra:
                extra.remove(expected)
            else:
                missing.append(expected)
        if extra or (missing and not crashed):
            raise Difference(f"{now}: {len(extra)} too many, {len(missing)} missing: {extra[:2]} {missing[:2]}")
        self.owed = [expected for expected in self.owed if expected[1:] in missing]

    def polite(self, now, at, done, bytes_before):
        """Where nothing was published since the last round, a round is a question for each small file, and no bytes;
        but for what nobody needed before, as somebody accepted a version. A full page of events is asked for once."""
        small = {f"{policy}/head.json" for policy in school.POLICIES} | {"events.json", "policies.json"}
        asked = [address.removeprefix(self.base) for address in self.addresses]
        if done and self.read == self.published:
            new = [name for name in asked if name not in small]
            first = [name for name in new if "/since/" in name and name not in self.ever]
            size = sum((self.published[1] / name).stat().st_size for name in first)
            if new != first or self.service.site.counts["bytes"] > bytes_before + size:
                raise Difference(f"{now}: {asked} was asked for although nothing has changed")
            self.counts["quiet"] += 1
        self.ever |= set(asked)
        if self.full and "events/1.json" in asked:
            raise Difference(f"{now}: a full page of events was asked for again")
        self.full = self.full or (done and "next" in (self.service.site.known(f"{self.base}events/1.json") or {}))
        if done:
            self.read = self.published if at not in DURING and not self.crashed_before else None

    def people(self, day, everyone):
        now = datetime(day.year, day.month, day.day, 15, tzinfo=ZONE)
        for user in everyone:
            if user.signs_up == day:
                self.service.sign_up(user.name, user.language, now)
                self.oracle.sign_up(user.name, user.language, day)
            if day in user.visits:
                self.visit(user, day, now)
        self.service.save()

    def visit(self, user, day, now):
        self.counts["visits"] += 1
        accept, banners, links = self.oracle.visit(user.name, day)
        seen = self.service.visit(user.name, now)
        saw = set(seen["accept"]), set(seen["banners"]), seen["links"]
        if saw != (accept, banners, links):
            raise Difference(f"{now}: {user.name} saw {saw} and not {(accept, banners, links)}")
        person = self.oracle.people[user.name]
        accepts = []
        if user.habit != "stubborn":
            accepts = [known.applies(day) for policy, known in self.oracle.known.items() if known.applies(day).id in accept]
        if user.habit == "eager":
            for policy, known in self.oracle.known.items():
                accepts += [r for r in known.later(person.accepted[policy]) if known.effective[r] > day]
        for release in accepts:
            self.service.accept(user.name, release.id)
            self.oracle.accept(user.name, release)
        if user.habit == "stubborn":
            for release in banners:
                self.service.dismiss(user.name, release)
            self.oracle.dismiss(user.name, {r for k in self.oracle.known.values() for r in k.line if r.id in banners})

    def laws(self):
        """What holds of everybody's mail whoever decided it, by the plan alone."""
        plan = {d.release.id: d.release for d in school.DECISIONS if d.what == "publish"}
        moved = [d.release.id for d in school.DECISIONS if d.what == "reschedule"]
        asks = {r.id for r in plan.values() if r.action in ("notice", "reaccept") and r.announced >= DAYS[0]} - {school.T6.id}
        for name, mail in self.mail.items():
            for at, kind, release in set(mail):
                times = [(k, r) for _, k, r in mail].count((kind, release))
                if times > (moved.count(release) if kind == "rescheduled" else 1):
                    raise Difference(f"{name} was told {times} times: {kind} {release}")
                if on(at[0]) < plan[release].announced or plan[release] is school.T6:
                    raise Difference(f"{name} was told too early: {kind} {release} on {at[0]}")
                if kind == "notify" and plan[release].action == "none":
                    raise Difference(f"{name} was told of what asks for nothing: {release}")
        for user in self.users:
            heard = {release for _, _, release in self.mail.get(user.name, [])}
            if user.signs_up < DAYS[0] and not asks <= heard:
                raise Difference(f"{user.name} was never told of {asks - heard}")

    def by_hand(self):
        for name, lines in BY_HAND.items():
            wanted = [line.split() for line in lines.strip().splitlines()]
            wanted = sorted(((day, int(hour)), kind, release) for day, hour, kind, release in wanted)
            got = self.mail.get(name, [])
            # A crash keeps some of a poll's messages for the next one.
            got = sorted((AFTER_A_CRASH.get(at, at), kind, release) for at, kind, release in got)
            if got != wanted:
                raise Difference(f"{name} has\n" + "\n".join(map(str, got)) + "\nand not\n" + "\n".join(map(str, wanted)))


def main():
    program, work = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    if not Nginx.program():
        raise SystemExit("nginx is not installed")
    work.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    base = f"http://127.0.0.1:{port}/"
    began = time.monotonic()
    publisher = Publisher(program, work, base)
    publisher.year()
    named = sorted((Path(name).stem, count) for name, count in publisher.validated.items())
    checked = ", ".join(f"{count} {name}" for name, count in named)
    print(f"published: {publisher.seals} seals, {len(publisher.builds)} builds ({time.monotonic() - began:.0f} s)")
    print(f"valid: {sum(publisher.validated.values())} different JSON files: {checked}")
    for kind in (Nginx, Caddy):
        if not kind.program():
            print(f"{kind.name} is not installed: the year was not served by it")
            continue
        server = kind(work, port)
        try:
            server.show(publisher.builds[0][1])
            server.start()
            lived(Year(work, server, base, publisher.builds))
            if kind is Nginx:
                self_test(work, server, base, publisher.builds)
        finally:
            server.stop()


def lived(year):
    """A year, and its counts."""
    began = time.monotonic()
    counts, kinds = year.go(), {}
    for _, kind, _ in (message for mail in year.mail.values() for message in mail):
        kinds[kind] = kinds.get(kind, 0) + 1
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    print(
        f"{year.server.name}: {len(year.oracle.people)} users, {len(DAYS)} days, {year.service.state['seq']} events; "
        f"{counts['polls']} polls, {counts['rounds']} of them whole, {counts['quiet']} with nothing new; "
        f"{counts['requests']} requests, {counts['304']} of them 304, {counts['failed']} failed, {counts['bytes']} bytes; "
        f"{counts['visits']} visits ({time.monotonic() - began:.0f} s)\n"
        f"told: {told}; {year.gateway.dropped} dropped by their key after crashes; nobody twice, nobody early, nobody missed"
    )


def self_test(work, server, base, builds):
    """Each worse service has to be found out."""
    began = time.monotonic()
    for what, old, new in WORSE:
        print(f"a service that {what}: {worse(work, server, base, builds, old, new)}")
    print(f"self-test: {len(WORSE)} worse services, all found out ({time.monotonic() - began:.0f} s)")


def worse(work, server, base, builds, old, new):
    """Lets a worse service live through the year; what the oracle said of it first."""
    text = Path(service.__file__).read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise SystemExit(f"`{old}` is not once in service.py")
    module = types.ModuleType("worse")
    exec(compile(text.replace(old, new), "a worse service", "exec"), module.__dict__)
    server.start()
    try:
        Year(work, server, base, builds, module, 40).go()
    except Exception as found:  # it may stumble, too
        return " ".join((str(found) if isinstance(found, Difference) else repr(found)).split())[:160]
    raise SystemExit(f"nothing was found of a service that {what_of(old)}: it has `{new}` in the place of `{old}`")


def what_of(old):
    return next(what for what, other, _ in WORSE if other == old)


if __name__ == "__main__":
    main()
