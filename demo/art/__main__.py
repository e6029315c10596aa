"""Draw every product in every colour: ``python -m demo.art [--check]``."""

from __future__ import annotations

import sys
from pathlib import Path

from demo.art import bottoms, home, small, tops
from demo.art.drawing import Sheet
from demo.catalogue import load_catalogue

STATIC = Path(__file__).resolve().parents[2] / "static"
DRAWINGS = {
    name: function
    for module in (tops, bottoms, small, home)
    for name, function in vars(module).items()
    if callable(function) and getattr(function, "__module__", "") == module.__name__
}


def draw_all() -> dict[Path, str]:
    """The text of every picture by its file."""
    return {
        STATIC / picture.path: DRAWINGS[product.drawing](
            Sheet(picture.colour.base, picture.colour.second), **product.drawing_options
        )
        for product in load_catalogue().products
        for picture in product.pictures
    }


def main(arguments: list[str]) -> int:
    pictures = draw_all()
    folder = STATIC / "demo" / "products"
    if "--check" in arguments:
        stale = [path.name for path, text in pictures.items() if not path.exists() or path.read_text("utf-8") != text]
        print("\n".join(stale) or f"{len(pictures)} pictures are up to date.")
        return 1 if stale else 0
    folder.mkdir(parents=True, exist_ok=True)
    for path in set(folder.glob("*.svg")) - set(pictures):
        path.unlink()
    for path, text in pictures.items():
        path.write_text(text, encoding="utf-8")
    print(
        f"{len(pictures)} pictures, {sum(map(len, pictures.values())) // 1024} KiB, in {folder.relative_to(STATIC.parent)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
