"""`triage replay`: the day scripts as files, the lines on standard output."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from qiantai.both import Both

from triage.script.replay import ScriptError, replay

WRONG_SCRIPT = 2


def replay_command(paths: list[Path]) -> int:
    """Print the replay of each script, one JSON object a line; return the exit status.

    Nothing is printed unless every script is right; else the first error goes
    to standard error and the status is 2.
    """
    lines: list[object] = []
    for path in paths:
        try:
            decided = list(replay(_read(path)))
        except ScriptError as problem:
            sys.stderr.write(f"{path}: {problem.detail}\n")
            return WRONG_SCRIPT
        if len(paths) > 1:
            lines.append({"script": path.name})
        lines.extend(decided)
    sys.stdout.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    return 0


def _read(path: Path) -> object:
    try:
        script: object = json.loads(path.read_text(encoding="utf-8"))
        json.dumps(script, ensure_ascii=False).encode()  # half a surrogate pair cannot be printed
    except (OSError, ValueError, RecursionError) as problem:
        raise ScriptError(Both("cannot be read: {problem}", "无法读取：{problem}").format(problem=problem)) from None
    return script
