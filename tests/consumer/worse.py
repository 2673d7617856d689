"""Ways in which a service like this goes wrong: each is a change of `service.py`, and the year has to find it."""

WORSE = [
    (
        "forgets where it stopped",
        'max([self.state["seq"], *(event["seq"] for event in news)]), page',
        'self.state["seq"], page',
    ),
    ("reads the log from its first page", 'return news, page["page"]', "return news, 1"),
    ("does not hear of a withdrawal", ' or event["type"] == "withdrawn")', ")"),
    ("does not hear of a new day", "(put_off or ", "("),
    ("tells of a translation", "(put_off or ", '(put_off or event["type"] == "translation-published" or '),
    (
        "tells of a correction",
        'asks = {releases[step]["action"] for',
        'asks = {"notice" if releases[step]["kind"] == "correction" else releases[step]["action"] for',
    ),
    (
        "goes by what came of it all, and not by what happened on the way",
        'asks = {releases[step]["action"] for step in leg["path"] if step not in heard}',
        'asks = {"notice" for c in leg["net_changes"] if c["materiality"] == "material" and leg["to"] not in heard}'
        ' | {"unknown" for step in leg["path"] if releases[step]["action"] == "unknown" and step not in heard}',
    ),
    ("takes unknown for nothing", 'if "unknown" in asks:', "if False:"),
    ("asks as soon as it is announced", "if leg in came and unanswered", "if unanswered"),
    ("tells when it takes effect", 'elif "notice" in asks or (', 'elif leg in came and "notice" in asks or ('),
    ("asks again and again", "unanswered(user, leg, releases) if word", "[] if word"),
    (
        "asks when the site is built, and not when the day comes",
        'self.state["users"].items():\n'
        '            for policy, acc',
        '(self.state["users"].items() if news else ()):\n'
        '            for policy, acc',
    ),
    (
        "has days begin elsewhere",
        'if instant(leg["from_instant"]) <= now]\n'
        '    heard',
        'if leg["from_instant"][:10] <= f"{now.astimezone(__import__(\'datetime\').timezone.utc):%F}"]\n'
        '    heard',
    ),
    ("takes what was in force when the site was built", '(came or [head.get("in_force")])', '[head.get("in_force")]'),
    ("believes what does not fit together", "if owed and not whole(", "if False and not whole("),
    ("believes a log that is ahead of the rest", 'head["last_seq"] < event["seq"]', "head is None"),
    (
        "keeps what it read before something failed",
        'except Unsure:\n'
        '            return',
        'except Unsure:\n'
        '            self.site.kept.update(self.site.read)\n'
        '            return',
    ),
    ("goes back to an older site", 'if index["last_seq"] < self.state["seq"]:', "if False:"),
    (
        "forgets what it wants to send before it is sent",
        'for message in self.state["outbox"].values():\n',
        'outbox, self.state["outbox"] = self.state["outbox"], {}\n        self.save()\n        for message in outbox.values():\n',
    ),
    (
        "writes down where it stands before it has decided",
        '        for name, user in self.state["users"].items():\n            for policy',
        '        self.site.kept.update(self.site.read)\n'
        '        self.state["seq"], self.state["page"] = max([self.state["seq"], *(e["seq"] for e in news)]), page\n'
        '        self.save()\n'
        '        for name, user in self.state["users"].items():\n            for policy',
    ),
    ("asks for all files each time", "fresh = head != known", "fresh = True"),
    ("has every file sent each time", '{"If-None-Match": etag} if etag else {}', "{}"),
    ("has one language", 'user["language"] in texts', "False"),
    (
        "takes a banner away with the one before it",
        'release["id"] not in user["dismissed"]',
        'not any(d.startswith(policy) for d in user["dismissed"])',
    ),
    ("shows banners for ever", ' <= now < instant(release["notice"]["until"])', " <= now"),
    ("lets links be as they are", '*file.get("upcoming", [])', ""),
]
