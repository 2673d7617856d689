"""The school's plan, published by the real program: edited, sealed and built on the days on which it was edited, or on
which `clauseline due` says that a build is owed. Every JSON file of every build is checked against the schema it names,
by a validator of others.
"""

import hashlib
import json
import os
import subprocess
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator, FormatChecker

import school

ZONE = ZoneInfo(school.ZONE)
DAYS = [date(2031, 1, 2) + timedelta(n) for n in range(364)]

# JSON that is not ours to describe.
FORMS_OF_OTHERS = {"feed.json", "vercel.json", "staticwebapp.config.json"}

# A build that is owed on the first of these days happens on the day after the last.
LATE = {date(2031, 7, 1), date(2031, 7, 2), date(2031, 7, 3)}


class Publisher:
    def __init__(self, program, work, base):
        self.program, self.base = program, base
        self.content, self.sites = work / "content", work / "sites"
        self.builds, self.seals, self.asked = [], 0, 0  # builds: the day, and the folder
        self.validated, self.valid, self.schemas = {}, set(), {}

    def run(self, *arguments, fine=(0,)):
        command = [self.program, *arguments, "--content", self.content]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in fine:
            raise SystemExit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr}")
        return done

    def write(self, name, text):
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def edit(self, decision):
        release = decision.release
        name = f"{release.policy}/{release.version}"
        if decision.what == "translate":
            self.write(f"{name}.{decision.to}.md", school.translation(release))
            return
        day, off = release.effective, None
        for earlier in school.DECISIONS:
            if earlier.release == release and earlier.day <= decision.day:
                day = earlier.to if earlier.what == "reschedule" else day
                off = earlier.to if earlier.what == "withdraw" else off
        self.write(f"{name}.md", school.file(release, day, off))
        for language in release.languages:
            self.write(f"{name}.{language}.md", school.translation(release))

    def year(self):
        """Everything that is published, from the first seal to the last day."""
        self.write("site.yaml", school.SITE)
        for policy, settings in school.POLICIES.items():
            self.write(f"{policy}/policy.yaml", settings)
        owed = school.FIRST_SEAL
        for day in [school.FIRST_SEAL, *DAYS]:
            decisions = [d for d in school.DECISIONS if d.day == day]
            for decision in decisions:
                self.edit(decision)
            if decisions:
                self.run("seal", "--as-of", str(day))
                self.seals += 1
            if day not in LATE and (decisions or (owed and owed <= day)):
                if not decisions and self.due(day)[0] != 3:
                    raise SystemExit(f"`due` named {day}, and then owes nothing on it")
                self.build(day)
                owed = self.due(day)[1]

    def due(self, day):
        """Whether a build is owed, and the next day on which one will be."""
        self.asked += 1
        done = self.run("due", "--out", self.builds[-1][1], "--as-of", str(day), "--format", "json", fine=(0, 3))
        soon = json.loads(done.stdout)["next"]
        return done.returncode, date.fromisoformat(soon[0]["day"]) if soon else None

    def build(self, day):
        folder = self.sites / str(day)
        self.run("build", "--out", folder, "--as-of", str(day), "--base-url", self.base)
        # A day takes a second here; ETags are made of the second in which a file was written.
        written = datetime(day.year, day.month, day.day, 8, tzinfo=ZONE).timestamp()
        for path in folder.rglob("*"):
            os.utime(path, (written, written))
        self.builds.append((day, folder))
        self.validate(folder)

    def validate(self, folder):
        """Every JSON file of a site against the schema it names, which the site has."""
        formats = FormatChecker(formats=())
        formats.checks("date-time", ValueError)(lambda text: datetime.fromisoformat(text).tzinfo is not None)
        formats.checks("date", ValueError)(lambda text: bool(date.fromisoformat(text)))
        for path in sorted(folder.rglob("*.json")):
            place = path.relative_to(folder)
            if place.parts[0] in ("schema", "search", "assets") or place.name in FORMS_OF_OTHERS:
                continue
            text = path.read_bytes()
            digest = hashlib.sha256(text).digest()
            if digest in self.valid:
                continue
            file = json.loads(text)
            if not str(file.get("$schema", "")).startswith(self.base + "schema/"):
                raise SystemExit(f"{path} names no schema of the site")
            name = file["$schema"].removeprefix(self.base)
            schema = (folder / name).read_bytes()
            if schema not in self.schemas:
                Draft202012Validator.check_schema(json.loads(schema))
                self.schemas[schema] = Draft202012Validator(json.loads(schema), format_checker=formats)
            found = [f"{'/'.join(map(str, e.path))}: {e.message}" for e in self.schemas[schema].iter_errors(file)]
            if found:
                raise SystemExit(f"{path} is not as {name} says:\n" + "\n".join(found[:5]))
            self.valid.add(digest)
            self.validated[name] = self.validated.get(name, 0) + 1
