"""The programs that the benchmarks need beside Python, and what to install where one is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # its calls are looked at one by one  # nosec B404
from pathlib import Path

PACKAGES = {
    "nginx": "nginx",
    "wrk": "wrk",
    "taskset": "util-linux",
}
"""Program to the package that brings it on Debian and Ubuntu."""
MAIL_PACKAGES = {"postfix": "postfix", "smtp-source": "postfix", "smtp-sink": "postfix"}
BROTLI_PACKAGE = "libnginx-mod-http-brotli-static"
BROTLI_MODULE = "ngx_http_brotli_static_module.so"


def find(program: str) -> str | None:
    """Where a program is; nginx often stands where only administrators look."""
    return shutil.which(program, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))


def missing() -> list[str]:
    """The packages to install, for what is not there."""
    packages = [package for program, package in PACKAGES.items() if find(program) is None]
    if "nginx" in packages or brotli_module() is None:
        packages.append(BROTLI_PACKAGE)
    return packages


def missing_for_mail() -> str:
    """What keeps mail from being measured, in words; nothing where all is there."""
    if any(find(program) is None for program in MAIL_PACKAGES):
        return f"goal 7 needs more programs: apt install {' '.join(sorted(set(MAIL_PACKAGES.values())))}"
    return "" if os.geteuid() == 0 else "goal 7 needs a Postfix of its own, which only root can start"


def brotli_module() -> Path | None:
    """The module with which nginx serves precompressed brotli files, where there is one."""
    nginx = find("nginx")
    if nginx is None:
        return None
    told = subprocess.run([nginx, "-V"], capture_output=True, text=True, check=False).stderr  # our own command  # nosec B603
    folders = [*re.findall(r"--modules-path=(\S+)", told), "/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"]
    return next((path for folder in folders if (path := Path(folder) / BROTLI_MODULE).is_file()), None)


def on_core(core: int | None) -> list[str]:
    """What stands before a command that is to run on one core alone."""
    return [] if core is None else ["taskset", "-c", str(core)]


def cores() -> tuple[int | None, int | None]:
    """The core of the server and the core of the load; nothing where they can not be kept apart."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2 or find("taskset") is None:
        return None, None
    return allowed[0], allowed[1]
