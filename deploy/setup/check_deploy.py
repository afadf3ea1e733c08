"""Checks the deployment files against each other and against the code: images, compose, proxy, chart."""  # noqa: INP001 - a script

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from qiantai.services import API_PREFIXES, role_of

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = DEPLOY / "images" / "Dockerfile"
COMPOSE = DEPLOY / "compose" / "compose.yaml"
NGINX = DEPLOY / "proxy" / "nginx.conf"
CHART = DEPLOY / "helm" / "qiantai"
STREAM = "/api/gateway/board/stream"
_CODE = [
    path for folder in ("shared/qiantai", "services/*/*", "deploy/embedded") for path in ROOT.glob(f"{folder}/**/*.py")
]


def main() -> int:
    """Print every fault; exit status 1 if there is one."""
    faults = [fault for check in (dockerfile, compose, settings_are_read, nginx, chart) for fault in check()]
    for fault in faults:
        print(fault)  # noqa: T201
    return 1 if faults else 0


def dockerfile() -> Iterator[str]:
    """Everything that is copied exists, for every service, and is not ignored away."""
    ignored = (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text().split()
    let_in = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE.read_text(), re.MULTILINE))
    for line in re.findall(r"^COPY (.+)$", DOCKERFILE.read_text(), re.MULTILINE):
        words = line.split()
        origin = next((word.removeprefix("--from=") for word in words if word.startswith("--from=")), None)
        if origin is not None:
            if origin not in stages:
                yield f"Dockerfile: no stage {origin}"
            continue
        for source in [word for word in words if not word.startswith("--")][:-1]:
            for name in API_PREFIXES:
                path = source.replace("${SERVICE}", name)
                if not (ROOT / path).exists():
                    yield f"Dockerfile: {path} is not there"
                if not any(path == one or path.startswith(f"{one}/") for one in let_in):
                    yield f"Dockerfile.dockerignore keeps {path} out"


def compose() -> Iterator[str]:
    """What compose names is there: services, volumes, networks, files, images' arguments, secrets."""
    text = COMPOSE.read_text()
    document = yaml.safe_load(text)
    services: dict[str, Any] = document["services"]
    written = (COMPOSE.parent / "make-env.sh").read_text()
    parts = {f"{role_of(name).upper()}_{what}" for name in API_PREFIXES for what in ("DATABASE", "BROKER")}
    for name in sorted(set(re.findall(r"\$\{(\w+):\?", text))):
        known = name.removesuffix("_PASSWORD")
        if not all(part in written for part in (known.rsplit("_", 1) if known in parts else [known])):
            yield f"compose: make-env.sh does not write {name}"
    for name in API_PREFIXES:
        for part in (f"{name}-web", f"{name}-worker"):
            if part not in services:
                yield f"compose: no service {part}"
    built = {service.get("image") for service in services.values() if "build" in service}
    for name, service in services.items():
        yield from (f"compose: {name}: {fault}" for fault in _service(service, document, built))


def _service(service: dict[str, Any], document: dict[str, Any], built: set[str]) -> Iterator[str]:
    named = {"services": service.get("depends_on", ()), "networks": service.get("networks", ())}
    named["volumes"] = [source for source in _sources(service) if not source.startswith(".")]
    for kind, names in named.items():
        yield from (f"{kind} lack {name}" for name in names if name not in document[kind])
    files = [source for source in _sources(service) if source.startswith(".")]
    yield from (f"{file} is not there" for file in files if not (COMPOSE.parent / file).exists())
    if service["image"].startswith("qiantai-") and service["image"] not in built:
        yield f"nothing builds {service['image']}"
    yield from (
        f"{port} is open to everybody" for port in service.get("ports", ()) if not port.startswith("127.0.0.1:")
    )
    if "build" in service:
        yield from _build(service["build"])


def _sources(service: dict[str, Any]) -> list[str]:
    return [volume.split(":", 1)[0] for volume in service.get("volumes", ())]


def _build(build: dict[str, Any]) -> Iterator[str]:
    if not (COMPOSE.parent / build["context"] / build["dockerfile"]).exists():
        yield f"{build['dockerfile']} is not there"
    wanted = build.get("args", {}).get("SERVICE")
    if wanted not in API_PREFIXES and build.get("target") != "setup":
        yield f"builds no service: {wanted}"


def settings_are_read() -> Iterator[str]:
    """Every QIANTAI_… that compose or the chart sets is read by the code."""
    read = "\n".join(path.read_text(encoding="utf-8") for path in _CODE)
    files = [COMPOSE, *CHART.glob("templates/*"), *DEPLOY.glob("images/*")]
    for path in files:
        for name in sorted(set(re.findall(r"\bQIANTAI_([A-Z][A-Z_]*)\b", path.read_text()))):
            known = (
                name == "VERSION"
                or name.startswith(("DATABASE", "BROKER"))
                or f'"{name}"' in read
                or f"QIANTAI_{name}" in read
            )
            if not known:
                yield f"{path.relative_to(ROOT)}: nobody reads QIANTAI_{name}"


def nginx() -> Iterator[str]:
    """Every API has its way to its service, the live stream is not buffered, and nginx can read it."""
    text = NGINX.read_text()
    for name, prefix in API_PREFIXES.items():
        for location in (f"location {prefix}/", f"location = {prefix}"):
            if not re.search(rf"{re.escape(location)} {{ proxy_pass http://{name}; }}", text):
                yield f"nginx.conf: `{location}` does not lead to {name}"
        if f"{name}-web:8000" not in text:
            yield f"nginx.conf: no upstream {name}-web"
    stream = re.search(rf"location = {STREAM} {{(.*?)}}", text, re.DOTALL)
    if stream is None or "proxy_buffering off" not in stream[1]:
        yield f"nginx.conf: {STREAM} must not be buffered"
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/sbin")
    if binary is not None:
        with tempfile.TemporaryDirectory() as folder:
            alone = re.sub(r"server [a-z-]+-web:8000 resolve", "server 127.0.0.1:8000", text)
            path = Path(folder) / "nginx.conf"
            path.write_text(alone.replace("/tmp/", f"{folder}/"))  # noqa: S108
            yield from _refusal([binary, "-t", "-q", "-c", str(path), "-e", "stderr"])


def chart() -> Iterator[str]:
    """The chart is YAML, knows the same services and prefixes, and helm takes it where there is one."""
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    prefixes = {name: given["prefix"] for name, given in values["services"].items()}
    if prefixes != API_PREFIXES:
        yield f"values.yaml: services are {prefixes}, the code has {dict(API_PREFIXES)}"
    yaml.safe_load((CHART / "Chart.yaml").read_text())
    for path in sorted(CHART.glob("templates/*.yaml")):
        text = path.read_text()
        for name in re.findall(r"\.Values\.([\w.]+)", text):
            if not _has(values, name.split(".")):
                yield f"{path.name}: values.yaml has no {name}"
        try:
            list(yaml.safe_load_all(_crudely(text)))
        except yaml.YAMLError as error:
            yield f"{path.name}: {error}"
    helm = shutil.which("helm")
    if helm is not None:
        for options in ((), ("--set", "keda.enabled=true,services.triage.workerGroups.sh-01={sh-01}")):
            yield from _refusal([helm, "lint", "--strict", "--quiet", *options, str(CHART)])
            yield from _refusal([helm, "template", "check", *options, str(CHART)])


def _crudely(text: str) -> str:
    """Return a template without its control lines and with `x` for every value."""
    lines = [line for line in text.splitlines() if not re.fullmatch(r"\s*({{[^}]*}}\s*)+", line)]
    return re.sub(r"{{.*?}}", "x", "\n".join(lines))


def _has(values: Any, names: list[str]) -> bool:  # noqa: ANN401 - a YAML value
    for name in names:
        if not isinstance(values, dict) or name not in values:
            return False
        values = values[name]
    return True


def _refusal(command: list[str]) -> Iterator[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - checks of our own files
    if done.returncode:
        yield f"{Path(command[0]).name} {command[1]}: {(done.stderr or done.stdout).strip()}"


if __name__ == "__main__":
    sys.exit(main())
