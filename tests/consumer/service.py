"""Who has to be told what: a small service beside a site of clauseline, with Python's standard library alone.

It holds users and which version of each policy they accepted, asks the site from time to time (`poll`), and hands
messages to a gateway. A user is told of a change once, when notice of it begins; is asked to accept a text again
once, when that takes effect; is told once if what they were told of is put off or taken back; and hears nothing of
corrections, of translations and of what asks for nothing.

Three rules carry it. *A round is whole or it did not happen*: what is read is kept only if all of it could be read
and fits together; else the same is tried at the next poll. *Decide, write down, then send*: messages lie in an outbox
in the state before the first one leaves, so a crash repeats messages and loses none; each has a key for ever, by
which the gateway drops what it had already. *Instants are compared with our own clock*: no file says what is in
force now, and one that was made last week is still right.

    python3 -m doctest service.py
"""

import json
import os
from datetime import datetime
from http.client import HTTPException
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class Unsure(Exception):
    """The site could not be read, or not as a whole. Nothing was decided; try again later."""


class Site:
    """A polite client. What was read stays with its ETag; asked again, an unchanged file is 304 and no bytes."""

    def __init__(self, kept):
        self.kept = kept  # address: [ETag, what stood there], of whole rounds
        self.read = {}  # the same, of this round
        self.counts = {"requests": 0, "304": 0, "bytes": 0, "failed": 0}

    def known(self, address, again=False):
        """What stood at an address in the last round, if it was read."""
        return self.kept.get(address, (None, None))[1]

    def get(self, address, again=True):
        """What stands at an address; with `again=False`, as it is known if it is."""
        etag, body = self.read.get(address) or self.kept.get(address, (None, None))
        if address in self.read or (etag and not again):
            return body
        self.counts["requests"] += 1
        try:
            with urlopen(Request(address, headers={"If-None-Match": etag} if etag else {}), timeout=10) as answer:
                text = answer.read()
                self.counts["bytes"] += len(text)
                self.read[address] = [answer.headers["ETag"], json.loads(text)]
        except (OSError, HTTPException, ValueError) as error:  # no connection, another answer than 200, cut off, not JSON
            if not (isinstance(error, HTTPError) and error.code == 304):
                self.counts["failed"] += 1
                raise Unsure(f"{address}: {error}") from error
            self.counts["304"] += 1
            self.read[address] = [etag, body]
        return self.read[address][1]


class Policy(NamedTuple):
    """What is known of a policy."""

    head: dict  # head.json
    releases: dict  # the releases of its changelog.json, by id
    since: dict  # since/<version>.json, by the acceptance_id that users have
    link: dict  # link.json


def instant(text):
    """Instants bear an offset, so they compare wherever we are.

    >>> instant("2031-03-15T00:00:00+01:00") == instant("2031-03-14T23:00:00+00:00")
    True
    """
    return datetime.fromisoformat(text)


def in_force(head, now):
    """What applies at an instant. Past `next_transition_at` no new build is needed to know.

    >>> head = {"in_force": {"id": "terms@1"}, "upcoming": [
    ...     {"id": "terms@2", "effective_at": "2031-06-01T00:00:00+02:00"},
    ...     {"id": "terms@3", "effective_at": "2031-07-01T00:00:00+02:00"}]}
    >>> [in_force(head, instant(f"2031-{now}+02:00"))["id"] for now in ("05-31T23:59:59", "06-01T00:00:00")]
    ['terms@1', 'terms@2']
    """
    came = [r for r in head["upcoming"] if instant(r["effective_at"]) <= now and "withdrawn_at" not in r]
    return (came or [head.get("in_force")])[-1]


def decide(user, since, releases, now):
    """What a user is owed who accepted the version that `since` starts from: words, each with the leg it is about.
    `required_action` speaks of the whole path; here part of it may have been told already (`user["told"]`), or asked
    (`user["asked"]`), so we look at the `action` of each release on it.

    >>> releases = {f"p@{n}": {"action": action} for n, action in enumerate(["reaccept", "none", "notice", "unknown"])}
    >>> leg = lambda day, *path: {"from_instant": f"2031-{day}T00:00:00+00:00", "path": path, "to": path[-1]}
    >>> june = instant("2031-06-15T00:00:00+00:00")
    >>> def words(*legs, told=(), asked=()):
    ...     decided = decide({"told": told, "asked": asked}, {"legs": list(legs)}, releases, june)
    ...     return [(word, leg["to"]) for word, leg in decided]

    Announced: told now, asked when it takes effect; and asked once.

    >>> words(leg("07-01", "p@0"))
    [('notify', 'p@0')]
    >>> words(leg("07-01", "p@0"), told=["p@0"])
    []
    >>> words(leg("06-01", "p@0"), told=["p@0"])
    [('re-ask', 'p@0')]
    >>> words(leg("06-01", "p@0"), told=["p@0"], asked=["p@0"])
    []

    Many versions were skipped: one message, for the strongest of them; what came since is told when it is new.

    >>> words(leg("06-01", "p@0", "p@1", "p@2"))
    [('re-ask', 'p@2')]
    >>> words(leg("06-01", "p@0", "p@1", "p@2"), told=["p@0", "p@1"], asked=["p@0"])
    [('notify', 'p@2')]

    Two are announced: one message each. Where nobody said what is owed, a human decides; never is it nothing.

    >>> words(leg("07-01", "p@0"), leg("08-01", "p@0", "p@2"))
    [('notify', 'p@0'), ('notify', 'p@2')]
    >>> words(leg("06-01", "p@3"))
    [('hold', 'p@3')]
    """
    came = [leg for leg in since["legs"] if instant(leg["from_instant"]) <= now]
    heard, words = set(user["told"]), []
    for leg in came[-1:] + since["legs"][len(came) :]:
        if "withdrawn_at" in releases[leg["to"]]:
            continue
        asks = {releases[step]["action"] for step in leg["path"] if step not in heard}
        if leg in came and unanswered(user, leg, releases):
            words.append(("re-ask", leg))
        elif "notice" in asks or ("reaccept" in asks and leg not in came):
            words.append(("notify", leg))
        if "unknown" in asks:
            words.append(("hold", leg))
        heard.update(leg["path"])
    return words


def unanswered(user, leg, releases):
    """The versions on a path that are to be accepted, and of which the user was not asked yet."""
    return [step for step in leg["path"] if releases[step]["action"] == "reaccept" and step not in user["asked"]]


def whole(head, since, releases):
    """Whether files are of one build: a site may be exchanged between two requests, or be copied file by file.

    >>> new = {"id": "p@2", "acceptance_id": "p@2", "effective_at": "E"}
    >>> leg = {"to": "p@2", "from_instant": "E", "path": ["p@2"]}
    >>> whole({"in_force": new, "upcoming": []}, {"accepted": "p@1", "legs": [leg]}, {"p@2": new})
    True
    >>> whole({"in_force": new, "upcoming": []}, {"accepted": "p@1", "legs": []}, {"p@2": new})  # of the build before
    False
    """
    line = [head["in_force"]] * ("in_force" in head) + head["upcoming"]
    legs = [(leg["to"], leg["from_instant"]) for leg in since["legs"]]
    ends = {line[-1]["id"], line[-1]["acceptance_id"]} if line else {since["accepted"]}
    return (
        legs == [(release["id"], release["effective_at"]) for release in line][len(line) - len(legs) :]
        and (bool(legs) or since.get("counts_as", since["accepted"]) in ends)
        and all(release["effective_at"] == releases.get(release["id"], {}).get("effective_at") for release in line)
        and all(step in releases for leg in since["legs"] for step in leg["path"])
    )


def words_for(user, texts, release):
    """The words in the user's language, else in the one that binds; and which that is."""
    language = user["language"] if user["language"] in texts else release["language"]
    return texts[language], language


def link(file, language, now):
    """What a link to a policy says now. Ends of windows are exclusive.

    >>> file = {"text": "Terms", "revised_text": "Terms, revised",
    ...         "revised_from": "2031-06-01T00:00:00+02:00", "revised_until": "2031-06-08T00:00:00+02:00",
    ...         "languages": {"es": {"text": "Términos", "revised_text": "Términos, revisados"}}}
    >>> [link(file, "en", instant(f"2031-06-{now}+02:00")) for now in ("01T00:00:00", "07T23:59:59", "08T00:00:00")]
    ['Terms, revised', 'Terms, revised', 'Terms']
    >>> link(file, "es", instant("2031-06-02T00:00:00+02:00"))
    'Términos, revisados'
    """
    said = file.get("languages", {}).get(language, file)
    text = said["text"]
    for window in [file, *file.get("upcoming", [])]:
        if "revised_from" in window and instant(window["revised_from"]) <= now < instant(window["revised_until"]):
            text = window.get("revised_texts", {}).get(language) or (said if window is file else window)["revised_text"]
    return text


class Service:
    """The users, and the rounds. `gateway(message)` takes a message, and drops it if it had one with its key.
    Whoever changes users (a sign-up, an acceptance, a banner that is dismissed) calls `save` then."""

    def __init__(self, base, file, gateway):
        self.base, self.file, self.gateway = base, file, gateway
        self.state = {"seq": 0, "page": 1, "users": {}, "outbox": {}, "kept": {}}
        if os.path.exists(file):
            with open(file, encoding="utf-8") as stored:
                self.state = json.load(stored)
        self.site = Site(self.state["kept"])

    def save(self):
        """The state is there as it was or as it is, and never half."""
        with open(self.file + ".new", "w", encoding="utf-8") as new:
            new.write(json.dumps(self.state))
            new.flush()
            os.fsync(new.fileno())
        os.replace(self.file + ".new", self.file)

    def poll(self, now):
        """A round: read, decide, write down, send. Says whether there was one: in an outage there is none."""
        self.send()
        self.site.read = {}
        try:
            news, page = self.news()
            policies = self.policies(self.site.get)
            if any(policies[event["policy"]].head["last_seq"] < event["seq"] for event in news):
                raise Unsure("the log is newer than what it is about")
        except Unsure:
            return False
        for name, user in self.state["users"].items():
            for policy, accepted in user["accepted"].items():
                known = policies[policy]
                for word, leg in decide(user, known.since[accepted], known.releases, now):
                    self.note(name, user, word, leg, known.releases)
        for event in news:
            self.hear(event, policies[event["policy"]].releases)
        # From here on the round has happened, whatever happens to us.
        changed = {address: read for address, read in self.site.read.items() if read != self.site.kept.get(address)}
        self.site.kept.update(changed)
        self.state["seq"], self.state["page"] = max([self.state["seq"], *(event["seq"] for event in news)]), page
        if changed or self.state["outbox"]:
            self.save()
        self.send()
        return True

    def news(self):
        """The events after the cursor, and the page it stands on then. A full page names the next one and never
        changes again: it is not asked for again."""
        index = self.site.get(self.base + "events.json")
        if index["last_seq"] < self.state["seq"]:
            raise Unsure("this is an older site than the one that we know")
        if index["last_seq"] == self.state["seq"]:
            return [], self.state["page"]
        news, page = [], self.site.get(index["pages"][self.state["page"] - 1])
        while True:
            news += [event for event in page["events"] if event["seq"] > self.state["seq"]]
            if "next" not in page:
                return news, page["page"]
            page = self.site.get(page["next"])

    def policies(self, get):
        """What there is to know of each policy. Where nothing has changed that is one question, for its `head.json`:
        that changes when any of the others does."""
        policies = {}
        for policy, address in get(self.base + "policies.json")["heads"].items():
            head, known = get(address), self.site.known(address)
            fresh = head != known
            releases = {release["id"]: release for release in get(head["changelog"], fresh)["releases"]}
            since, users = {}, self.state["users"].values()
            for accepted in sorted({user["accepted"][policy] for user in users if policy in user["accepted"]}):
                if accepted not in releases:
                    raise Unsure(f"{policy}: its changelog is of another build")
                owed = get(releases[accepted]["urls"]["owed"], fresh)
                if owed and not whole(head, owed, releases):
                    raise Unsure(f"{policy}: these files are of different builds")
                since[accepted] = owed or {"legs": []}
            policies[policy] = Policy(head, releases, since, get(f"{self.base}{policy}/link.json", fresh))
        return policies

    def note(self, name, user, word, leg, releases):
        """Puts what was decided into the outbox, and remembers it: of what is told, for which day it was told."""
        to = leg["to"]
        if word == "hold":
            question = {"subject": f"What do we owe those who accepted {user['accepted'][releases[to]['policy']]}?"}
            self.say("a human", word, to, f"{question['subject']}/{to}", {**question, "plain": leg["url"]}, "en")
        else:
            # Who heard of all but one wants the words for that one; those of the leg tell the net change of all.
            new = [step for step in leg["path"] if step not in user["told"] and releases[step]["action"] != "none"]
            texts = releases[new[0]]["texts"] if word == "notify" and len(new) == 1 else leg["texts"]
            user["told"][to] = leg["from_instant"]
            user["asked"] += unanswered(user, leg, releases) if word == "re-ask" else []
            self.say(name, word, to, f"{name}/{to}/{word}", *words_for(user, texts, releases[to]))
        for step in leg["path"]:
            user["told"].setdefault(step, "")

    def hear(self, event, releases):
        """What happened to a release that somebody was told of: they are told. All other events only say that there
        is something to read, which was done; a correction, a translation and what asks for nothing concern nobody."""
        release = releases.get(event["release"])
        if release is None:
            return
        for name, user in self.state["users"].items():
            told = user["told"].get(event["release"])
            put_off = event["type"] == "rescheduled" and told != release["effective_at"]
            if told and (put_off or event["type"] == "withdrawn"):
                user["told"][event["release"]] = release["effective_at"]
                words = words_for(user, release["texts"], release)
                self.say(name, event["type"], event["release"], f"{name}/{event['id']}", *words)

    def say(self, to, kind, release, key, texts, language):
        """A message, to be sent when the round is over."""
        message = {"key": key, "to": to, "kind": kind, "release": release, "language": language}
        self.state["outbox"][key] = message | {"subject": texts["subject"], "plain": texts["plain"]}

    def send(self):
        """Everything that was decided and not sent, at least once."""
        for message in self.state["outbox"].values():
            self.gateway(message)
        if self.state["outbox"]:
            self.state["outbox"] = {}
            self.save()

    def sign_up(self, name, language, now, accepted=None):
        """A new user accepts what is in force, and hears of what comes after. What is stored is the `acceptance_id`:
        the same for a version, its corrections and its translations."""
        if accepted is None:
            heads = {policy: known.head for policy, known in self.policies(self.site.known).items()}
            applies = {policy: in_force(head, now) for policy, head in heads.items()}
            accepted = {policy: release["acceptance_id"] for policy, release in applies.items() if release}
        user = {"language": language, "accepted": accepted, "told": {}, "asked": [], "dismissed": []}
        self.state["users"][name] = user

    def accept(self, name, acceptance_id):
        """A text was accepted, be it in force or announced."""
        self.state["users"][name]["accepted"][acceptance_id.split("@")[0]] = acceptance_id

    def dismiss(self, name, release):
        """The key of a banner is the release: who dismissed one sees the next one."""
        self.state["users"][name]["dismissed"].append(release)

    def visit(self, name, now):
        """What a user sees on the way in, without asking the site: what is to be accepted first, banners by the key
        under which they are dismissed, and how links to the policies read."""
        user, seen = self.state["users"][name], {"accept": [], "banners": {}, "links": {}}
        for policy, (_, releases, since, links) in self.policies(self.site.known).items():
            # Of a policy that is new nothing was accepted yet: whether to ask is for its publisher to say.
            known = since.get(user["accepted"].get(policy), {"legs": []})
            legs = [leg for leg in known["legs"] if "withdrawn_at" not in releases[leg["to"]]]
            came = [leg for leg in legs if instant(leg["from_instant"]) <= now][-1:]
            if any(releases[step]["action"] == "reaccept" for leg in came for step in leg["path"]):
                seen["accept"].append(came[0]["acceptance_id"])
            for release in (releases[step] for step in dict.fromkeys(step for leg in legs for step in leg["path"])):
                shown = "notice" in release and release["id"] not in user["dismissed"]
                if shown and instant(release["notice"]["from"]) <= now < instant(release["notice"]["until"]):
                    seen["banners"][release["id"]] = words_for(user, release["texts"], release)[0]["banner"]
            seen["links"][policy] = link(links, user["language"], now)
        return seen
