"""Real web servers, set up as `tests/publish` says, that show one build after the other, are away, or are closed."""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

RECIPES = Path(__file__).parent.parent / "publish"
PATHS = f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"


def adapted(name, *replacements):
    """A recipe with what is ours in the place of what it names. What is replaced has to be there."""
    recipe = (RECIPES / name).read_text(encoding="utf-8")
    for old, new in replacements:
        if old not in recipe:
            raise SystemExit(f"{name} has no `{old}`")
        recipe = recipe.replace(old, new)
    return recipe


class Server:
    """What is common to them. `current` is a link to the folder that is published."""

    def __init__(self, work, port):
        self.work, self.port, self.running, self.current = work, port, None, work / "current"

    @classmethod
    def program(cls):
        return shutil.which(cls.name, path=PATHS)

    def start(self):
        if self.running:
            return
        with open(self.work / "said", "wb") as said:
            environment = os.environ | {"HOME": str(self.work)}
            self.running = subprocess.Popen([self.program(), *self.arguments()], stdout=said, stderr=said, env=environment)
        for _ in range(250):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            time.sleep(0.02)
        raise SystemExit(f"{self.name} does not start: {(self.work / 'said').read_text()[-2000:]}")

    def stop(self):
        if self.running:
            self.running.terminate()
            self.running.wait()
            self.running = None

    def show(self, folder):
        """Publishes a folder, in one step."""
        (self.work / "next").symlink_to(folder)
        os.replace(self.work / "next", self.current)

    def close(self, closed):
        """Answers everything with 503, or no longer."""
        flag = self.work / "closed"
        flag.touch() if closed else flag.unlink(missing_ok=True)


class Nginx(Server):
    name = "nginx"

    def arguments(self):
        work = self.work
        closed = f"index index.html; if (-f {work}/closed) {{ return 503; }}"
        listen = ("listen 80;", f"listen 127.0.0.1:{self.port};")
        recipe = adapted("nginx.conf", listen, ("/srv/www/policies", str(self.current)), ("index index.html;", closed))
        (work / "policies.conf").write_text(recipe, encoding="utf-8")
        places = " ".join(f"{of}_temp_path {work}/{of};" for of in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        types = next(filter(os.path.exists, ("/etc/nginx/mime.types", "/opt/homebrew/etc/nginx/mime.types")))
        user = "user root;" if os.getuid() == 0 else ""
        http = f"include {types}; default_type application/octet-stream; access_log off; {places}"
        main = f"""{user} daemon off; pid {work}/pid; error_log {work}/error.log; events {{}}
            http {{ {http} include {work}/policies.conf; }}"""
        (work / "nginx.conf").write_text(main, encoding="utf-8")
        return ["-p", work, "-e", work / "error.log", "-c", work / "nginx.conf"]


class Caddy(Server):
    name = "caddy"

    def arguments(self):
        closed = f"@closed file {{\n\t\troot {self.work}\n\t\ttry_files /closed\n\t}}\n\trespond @closed 503\n\t"
        site = ("policies.example.org {", f"http://127.0.0.1:{self.port} {{")
        root = ("root * /srv/www/policies", f"{closed}root * {self.current}")
        recipe = "{\n\tadmin off\n\tauto_https off\n}\n" + adapted("Caddyfile", site, root)
        (self.work / "Caddyfile").write_text(recipe, encoding="utf-8")
        return ["run", "--config", self.work / "Caddyfile", "--adapter", "caddyfile"]
