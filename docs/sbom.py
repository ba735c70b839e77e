"""Writes down what an installation is made of: docs/sbom.json (CycloneDX 1.6) and docs/licences.md.

    make sbom

needs cyclonedx-py (`python3 -m pip install cyclonedx-bom`). The versions are those of requirements.txt; what each says
of its licence, and which needs which, is read from an environment made of them, which is thrown away.
"""

from __future__ import annotations

import json
import re
import subprocess  # its calls are looked at one by one  # nosec B404
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent
BILL = REPOSITORY / "docs" / "sbom.json"
TABLE = REPOSITORY / "docs" / "licences.md"
LINE = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
SAID_ELSEWHERE = {
    "brotlicffi": "MIT",
    "cobble": "BSD-2-Clause",
    "flask-mail": "BSD-3-Clause",
    "flask-sqlalchemy": "BSD-3-Clause",
    "flask-wtf": "BSD-3-Clause",
    "huey": "MIT",
    "itsdangerous": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "libpass": "BSD-3-Clause",
    "pyasn1-modules": "BSD-2-Clause",
    "pyopenssl": "Apache-2.0",
    "segno": "BSD-3-Clause",
    "webencodings": "BSD-3-Clause",
    "wtforms": "BSD-3-Clause",
}
"""Packages whose metadata names no licence of the SPDX list: what stands in their licence file."""
FONTS = {
    "type": "data",
    "bom-ref": "noto-fonts",
    "name": "Noto fonts",
    "description": "Fonts of the PDFs, in coalition/rendering/fonts",
    "licenses": [{"license": {"id": "OFL-1.1"}}],
}
WORDS = """# Licences

Coalition is under the AGPL-3.0-or-later. It is made of these packages, at the versions of `requirements.txt`, each
under a licence that goes together with ours; a test keeps the list complete. For programs: [`sbom.json`](sbom.json)
(CycloneDX 1.6). `make sbom` writes both anew.

| package | version | licence |
|---|---|---|
"""


def main() -> None:
    """Write both files."""
    said = _environment()
    licences = {_normal(one["name"]): _licence(one) for one in said["components"]}
    packages = sorted(set(LINE.findall((REPOSITORY / "requirements.txt").read_text())))
    bill = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": "coalition",
                "name": "coalition",
                "licenses": [{"license": {"id": "AGPL-3.0-or-later"}}],
            }
        },
        "components": [_component(name, version, licences.get(name, "")) for name, version in packages] + [FONTS],
        "dependencies": _dependencies(said, packages),
    }
    BILL.write_text(json.dumps(bill, indent=1) + "\n")
    rows = [f"| {one['name']} | {one.get('version', '')} | {_named(one)} |\n" for one in bill["components"]]
    TABLE.write_text(WORDS + "".join(rows))


def _environment() -> dict[str, Any]:
    """What cyclonedx-py finds in an environment made of the lock."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        lock = str(REPOSITORY / "requirements.txt")
        install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock]
        subprocess.run(install, check=True)  # our own command  # nosec B603
        made = Path(folder) / "found.json"
        look = ["cyclonedx-py", "environment", "--output-reproducible", "-o", str(made), python]
        subprocess.run(look, check=True)  # our own command, found on the PATH as the Makefile asks for it  # nosec B603
        found: dict[str, Any] = json.loads(made.read_text())
        return found


def _component(name: str, version: str, licence: str) -> dict[str, Any]:
    known = SAID_ELSEWHERE.get(name, licence)
    if not known:
        sys.exit(f"{name} does not say its licence: look it up, and add it to SAID_ELSEWHERE.")
    stated = {"expression": known} if " " in known else {"license": {"id": known}}
    purl = f"pkg:pypi/{name}@{version}"
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl, "licenses": [stated]}


def _licence(component: dict[str, Any]) -> str:
    """The SPDX name or expression that a package says; nothing where it says words alone."""
    for one in component.get("licenses", []):
        said = one.get("expression") or one["license"].get("id")
        if said:
            return str(said)
    return ""


def _named(component: dict[str, Any]) -> str:
    (one,) = component["licenses"]
    return str(one.get("expression") or one["license"]["id"])


def _dependencies(said: dict[str, Any], packages: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Which package needs which, in the names of the bill; what is not in the lock (pip itself) is left out."""
    refs = {(name, version): f"pkg:pypi/{name}@{version}" for name, version in packages}
    ours = {one["bom-ref"]: refs.get((_normal(one["name"]), one["version"])) for one in said["components"]}
    lines = []
    for one in said["dependencies"]:
        if own := ours.get(one["ref"]):
            needed = sorted(filter(None, (ours.get(other) for other in one.get("dependsOn", []))))
            lines.append({"ref": own, "dependsOn": needed} if needed else {"ref": own})
    return sorted(lines, key=lambda line: str(line["ref"]))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
