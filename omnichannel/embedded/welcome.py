"""What the supervisor prints once everything is up: addresses, log-ins, device codes."""

from __future__ import annotations

import json
from pathlib import Path


def print_welcome(host: str, ports: dict[str, int], data_dir: Path, *, seconds: float) -> None:
    web = f"http://{host}:{ports['web']}"
    lines = [
        "",
        f"Omnichannel is up after {seconds:.1f} s.",
        "",
        f"  Show page   {web}/demo/",
        f"  Staff       {web}/admin/",
        f"  Mailbox     {web}/demo/mailbox/",
        f"  API         {web}/api/v1/docs",
        f"  Live        http://{host}:{ports['live']}/",
        f"  Health      {web}/readyz",
        f"  Data, logs  {data_dir}",
    ]
    demo = data_dir / "demo.json"
    if demo.exists():
        lines.insert(6, f"  Advertising http://127.0.0.1:{ports['ads']}/")
    if demo.exists():
        lines += ["", *describe_demo(json.loads(demo.read_text()))]
    lines += ["", "Ctrl-C stops all of it; the data stays.", ""]
    print("\n".join(lines), flush=True)


def describe_demo(content: object, *, depth: int = 1) -> list[str]:
    """The loader's notes (log-ins, device codes) as an indented list, whatever their shape."""
    pad = "  " * depth
    if isinstance(content, dict):
        lines = []
        simple = {k: v for k, v in content.items() if not isinstance(v, dict | list)}
        width = max((len(str(key)) for key in simple), default=0)
        for key, value in content.items():
            title = str(key).replace("_", " ")
            if key in simple:
                lines.append(f"{pad}{title.ljust(width)}  {value}")
            else:
                lines += [f"{pad}{title.capitalize()}", *describe_demo(value, depth=depth + 1)]
        return lines
    if isinstance(content, list):
        lines = []
        for item in content:
            if isinstance(item, dict):
                lines.append(
                    pad + "  ".join(str(value) for value in item.values() if not isinstance(value, dict | list))
                )
            else:
                lines.append(f"{pad}{item}")
        return lines
    return [f"{pad}{content}"]
