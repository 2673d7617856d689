"""A year at Faro Night School, which does not exist: what it decided of its policies, and when.

`DECISIONS` is the whole plan. The publisher (`year.py`) writes it into a content folder day by day and lets the real
program publish it; the oracle (`oracle.py`) says from it alone who must hear what. Neither sees what the other makes.
"""

from dataclasses import dataclass, field
from datetime import date

ZONE = "Europe/Madrid"
SITE = f"""title: Faro policies
organisation: Faro Night School
base_url: https://policies.faro.example/
time_zone: {ZONE}
"""

POLICIES = {
    "privacy": """title: Privacy Policy
notice: {days_before: 30, window_days_after: 30, link_label_days: 7, for: material, channels: [page, link, email]}
relation: privacy-policy
""",
    "terms": """title: Terms of Study
acceptance: explicit
notice: {days_before: 14, window_days_after: 10, link_label_days: 7, for: material, channels: [page, email]}
""",
    "cookies": """title: Cookie Policy
notice: {days_before: 14, window_days_after: 14, link_label_days: 3, for: material, channels: [page, email]}
""",
    # Much changes in it, and none of it concerns anybody.
    "house-rules": "title: House Rules\nnotice: {for: material}\n",
}
# For how many days after it took effect a change is told of, and links say "Revised".
WINDOW = {"privacy": 30, "terms": 10, "cookies": 14, "house-rules": 0}
LABEL = {"privacy": 7, "terms": 7, "cookies": 3, "house-rules": 0}


@dataclass(eq=False)
class Release:
    """A version as the school decided it."""

    policy: str
    version: str
    announced: date
    effective: date
    action: str  # none, notice, reaccept; unknown: nobody said
    says: dict = field(default_factory=dict)  # what it changed: clause to new words
    kind: str = "amendment"
    of: str = ""  # what it corrects or reverts
    formats: bool = False  # only the form changes
    languages: tuple = ()  # published together with it in these, too

    @property
    def id(self):
        return f"{self.policy}@{self.version}"


@dataclass(eq=False)
class Decision:
    """What was decided of a release on a day."""

    day: date
    what: str  # publish, reschedule, withdraw, translate
    release: Release
    to: object = None  # the new day, or the language


def on(text):
    return date.fromisoformat(text)


def version(policy, effective, action, says=None, announced=None, **more):
    name = more.pop("name", effective)
    return Release(policy, name, on(announced or effective), on(effective), action, says or {}, **more)


# Clause, heading, first words; in English and Spanish.
TEXTS = {
    "privacy": [
        ("keep", "What we keep", "We keep your name, your courses and your marks."),
        ("sponsors", "Sponsors", "We tell a sponsor nothing about you."),
        ("teachers", "Teachers", "Your teachers see your work and your marks."),
        ("ask", "Asking us", "Write to the office and we show you what we hold."),
    ],
    "terms": [
        ("study", "Studying here", "Come to the lessons and be kind to one another."),
        ("pay", "Paying", "You pay for a course before it begins."),
        ("leave", "Leaving", "You may leave a course whenever you like."),
    ],
    "cookies": [
        ("login", "Signing in", "A cookie remembers that you signed in."),
        ("visits", "Visits", "We count visits without knowing who came."),
    ],
    "house-rules": [
        ("rules", "Rules", "Wipe the board. Rule number 0 applies tonight."),
        ("door", "The door", "The last one out locks the door."),
    ],
}
TITLES = {
    "privacy": "Privacy Policy",
    "terms": "Terms of Study",
    "cookies": "Cookie Policy",
    "house-rules": "House Rules",
}
SPANISH_TITLES = {
    "privacy": "Política de privacidad",
    "terms": "Condiciones de estudio",
    "house-rules": "Reglas de la casa",
}
SPANISH = {
    "privacy": [
        ("keep", "Lo que guardamos", "Guardamos tu nombre, tus cursos y tus notas."),
        ("sponsors", "Patrocinadores", "Lo que un patrocinador sabe de ti está aquí."),
        ("teachers", "Docentes", "Tus docentes ven tu trabajo y tus notas."),
        ("ask", "Preguntas", "Escribe a la oficina y te mostramos lo que guardamos."),
    ],
    "terms": [
        ("study", "Estudiar aquí", "Ven a las clases y trata bien a los demás."),
        ("pay", "Pagos", "Un curso se paga antes de que empiece."),
        ("leave", "Dejar un curso", "Puedes dejar un curso cuando quieras."),
    ],
    "house-rules": [("rules", "Reglas", "Borra la pizarra."), ("door", "La puerta", "El último cierra la puerta.")],
}

# What was there before the year. All of it is sealed on one day.
P0 = version("privacy", "2028-02-01", "none", kind="initial", languages=("es",))
P1 = version(
    "privacy", "2029-03-01", "reaccept", {"sponsors": "We tell a sponsor which courses you take."}, "2029-01-15",
)
# The text from before is back; that it was agreed to in between is not undone by that.
P2 = version("privacy", "2029-09-01", "none", kind="revert", of="2029-03-01")
P3 = version(
    "privacy", "2030-06-01", "notice",
    {"ask": "Write to the office and we send you what we hold."},
    "2030-04-20", languages=("es",),
)
T0 = version("terms", "2028-02-01", "none", kind="initial", languages=("es",))
T1 = version("terms", "2030-01-15", "reaccept", {"pay": "You pay for a course in the week it begins."}, "2029-12-20")
C0 = version("cookies", "2027-05-01", "unknown", kind="imported")
C1 = version("cookies", "2029-05-01", "unknown", {"visits": "We count visits, and know who came."}, kind="imported")
H0 = version("house-rules", "2028-01-03", "none", kind="initial")
BEFORE = [P0, P1, P2, P3, T0, T1, C0, C1, H0]
# The Spanish house rules were hard to please: so many events that the log's first page is full in the year.
ATTEMPTS = 72
FIRST_SEAL = on("2030-12-20")

# The year.
P4 = version("privacy", "2031-03-15", "reaccept", {"sponsors": "We tell a sponsor whether you pass."}, "2031-02-10")
P4C = version(
    "privacy", "2031-04-21", "none",
    {"sponsors": "We tell a sponsor whether you passed."},
    kind="correction", of="2031-03-15",
)
P5 = version(
    "privacy", "2031-09-01", "notice",
    {"teachers": "Your teachers see your work, your marks and your visits."},
    "2031-07-22", languages=("es",),
)
P6 = version("privacy", "2031-09-10", "notice", kind="revert", of="2031-09-01")
P7 = version(
    "privacy", "2031-11-01", "reaccept",
    {"keep": "We keep your name, your courses, your marks and your picture."},
    "2031-10-01", languages=("es",),
)
P8 = version(
    "privacy", "2032-01-15", "reaccept",
    {"teachers": "Your teachers and their helpers see your work and your marks."},
    "2031-12-01",
)
T2 = version("terms", "2031-02-03", "none", formats=True)
T3 = version(
    "terms", "2031-06-01", "notice",
    {"leave": "You may leave a course until its last week."},
    "2031-05-05", languages=("es",),
)
T4 = version(
    "terms", "2031-07-01", "reaccept",
    {"study": "Come to the lessons, be kind, and do not bring a robot."},
    "2031-05-05",
)
T5 = version(
    "terms", "2031-09-20", "notice", {"pay": "You pay for a course in the week before it begins."}, "2031-08-20",
)
T6 = version("terms", "2032-02-01", "reaccept", {"pay": "You pay for a course twice."}, "2031-12-05")
C2 = version("cookies", "2031-07-10", "notice", {"visits": "We tell advertisers about your visits."}, "2031-06-10")
C3 = version("cookies", "2031-08-15", "notice", {"visits": "We count visits, and forget who came."}, "2031-07-30")
C4 = version(
    "cookies", "2031-12-10", "notice", {"login": "A cookie remembers you for as long as you like."}, "2031-11-10",
)
H1 = [
    version("house-rules", f"2031-{month:02}-17", "none", {"rules": f"Wipe the board. Rule number {month} applies tonight."})
    for month in (1, 4, 9, 12)
]


def decided(day, what, release, to=None):
    return Decision(on(day), what, release, to)


DECISIONS = sorted(
    [
        *(Decision(FIRST_SEAL, "publish", release) for release in BEFORE),
        *(Decision(FIRST_SEAL, "translate", H0, f"es.r{n}" if n > 1 else "es") for n in range(1, ATTEMPTS + 1)),
        *(Decision(release.effective, "publish", release) for release in H1),
        # Sealed three weeks before anybody may know of it.
        decided("2031-01-20", "publish", P4),
        decided("2031-02-03", "publish", T2),
        decided("2031-02-17", "translate", P4, "es"),
        # Put off twice.
        decided("2031-03-02", "reschedule", P4, on("2031-04-01")),
        decided("2031-03-20", "reschedule", P4, on("2031-04-20")),
        # A slip is fixed the day after the change it is in.
        decided("2031-04-21", "publish", P4C),
        # Two at once.
        decided("2031-05-05", "publish", T3),
        decided("2031-05-05", "publish", T4),
        decided("2031-06-10", "publish", C2),
        decided("2031-06-24", "withdraw", C2, on("2031-06-24")),
        decided("2031-07-22", "publish", P5),
        decided("2031-07-30", "publish", C3),
        decided("2031-08-20", "publish", T5),
        decided("2031-09-10", "publish", P6),
        decided("2031-10-01", "publish", P7),
        decided("2031-11-10", "publish", C4),
        # Sealed, and given up before anybody heard of it.
        decided("2031-11-12", "publish", T6),
        decided("2031-11-20", "withdraw", T6, on("2031-11-20")),
        decided("2031-12-01", "publish", P8),
    ],
    key=lambda decision: decision.day,
)


def line(policy):
    """The releases of a policy in their order, whatever became of them."""
    releases = [d.release for d in DECISIONS if d.what == "publish" and d.release.policy == policy]
    return sorted(releases, key=lambda release: release.effective)


def words(release):
    """What each clause of a release says: those of the one before it, with what it changed."""
    if release.kind == "revert":
        reverted = next(r for r in line(release.policy) if r.version == release.of)
        return words(before(reverted))
    base = {clause: text for clause, _, text in TEXTS[release.policy]}
    for earlier in line(release.policy):
        if earlier.effective > release.effective:
            break
        if earlier.kind == "revert":
            base = words(earlier)
        elif earlier in (release, *kept(release)):
            base |= earlier.says
    return base


def withdrawn():
    return {d.release.id for d in DECISIONS if d.what == "withdraw"}


def kept(release):
    """The releases before this one that were not taken back."""
    return [r for r in line(release.policy) if r.effective < release.effective and r.id not in withdrawn()]


def before(release):
    return kept(release)[-1]


def file(release, effective=None, taken_back=None):
    """The markdown file of a release; its day, and whether it is taken back, as decided last."""
    front = [f"effective: {effective or release.effective}", f"announced: {release.announced}"]
    said = lambda text: [f"summary: {text}", f"action: {release.action}"]
    if release.kind == "imported":
        source = f"url: https://faro.example/old, captured: {release.effective}, date: stated, fidelity: extracted"
        front.append(f"source: {{{source}}}")
    elif release.kind == "initial":
        front.append("kind: initial")
    elif release.kind == "correction":
        front += ["kind: correction", f"corrects: {release.of}", "action: none", "summary: A slip."]
    elif release.kind == "revert":
        front += ["kind: revert", f"reverts: {release.of}", *said("We take it back.")]
    else:
        front += said("Something changes.") if not release.formats else ["action: none"]
    changed = list(release.says)
    if release.kind == "revert":
        changed = [clause for clause, text in words(release).items() if words(before(release))[clause] != text]
    material = release.action in ("notice", "reaccept")
    if changed and release.kind != "imported":
        front.append("changes:")
        front.append(f"  - clause: [{', '.join(changed)}]")
        front.append(f"    material: {str(material).lower()}")
        if material:
            front += ["    category: other", "    summary: Something changes for you."]
        else:
            front.append("    reason: It changes nothing for anybody.")
    if release.kind == "revert":
        front.append("notice_exception: It only gives back what we took.")
    if taken_back:
        front.append(f"withdrawn: {taken_back}")
    said_now = words(release)
    bold = release.formats or any(r.formats for r in kept(release))
    clauses = [(clause, heading, said_now[clause]) for clause, heading, _ in TEXTS[release.policy]]
    return "---\n" + "\n".join(front) + "\n---\n" + body(clauses, bold)


def translation(release):
    front = f"---\ntitle: {SPANISH_TITLES[release.policy]}\nsummary: Algo cambia.\n---\n"
    return front + body(SPANISH[release.policy], False)


def body(clauses, bold):
    mark = lambda text: f"**{text.split(' ', 1)[0]}** {text.split(' ', 1)[1]}" if bold else text
    return "\n\n".join(f"## {heading} {{#{clause}}}\n\n{mark(text)}" for clause, heading, text in clauses) + "\n"
