"""Holds every #include of compiler/ and runtime/ against layers.txt, and each room's place among CMake's.
`check.py LAYERS ROOT`: exit 1 where one is forbidden, or where the table has a cycle."""

import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


def read_table(path: pathlib.Path) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """Rooms with what they may include, and third parties with their prefixes."""
    rooms, parties = {}, {}
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, rest = line.split(":", 1)
        if name.startswith("@"):
            parties[name] = rest.split()
        else:
            rooms[name] = set(rest.split())
    return rooms, parties


def layer_of(include: str, rooms: dict[str, set[str]], parties: dict[str, list[str]]) -> str | None:
    """The room or third party an include names; None for the language's own library."""
    if include.startswith(("compiler/", "runtime/")):
        return "/".join(include.split("/")[:2])
    for party, prefixes in parties.items():
        if include.startswith(tuple(prefixes)):
            return party
    return None


def violations(root: pathlib.Path, rooms: dict[str, set[str]], parties: dict[str, list[str]]):
    for side in ("compiler", "runtime"):
        for path in sorted((root / side).rglob("*")):
            if path.suffix not in (".h", ".cpp") or len(path.relative_to(root).parts) < 3:
                continue
            room = "/".join(path.relative_to(root).parts[:2])
            for number, line in enumerate(path.read_text().splitlines(), 1):
                found = INCLUDE.match(line)
                layer = layer_of(found.group(1), rooms, parties) if found else None
                if layer and layer != room and layer not in rooms.get(room, set()):
                    yield f"{path.relative_to(root)}:{number}: {room} may not include {found.group(1)}"


def cycle(rooms: dict[str, set[str]]) -> list[str]:
    """Rooms that no order can put below what they include."""
    left = {room: {other for other in others if other in rooms} for room, others in rooms.items()}
    while free := [room for room, others in left.items() if not others & left.keys()]:
        for room in free:
            del left[room]
    return sorted(left)


def main() -> int:
    root = pathlib.Path(sys.argv[2])
    rooms, parties = read_table(pathlib.Path(sys.argv[1]))
    problems = list(violations(root, rooms, parties))
    if tangled := cycle(rooms):
        problems.append(f"the table has a cycle among {', '.join(tangled)}")
    print("\n".join(problems) or f"{len(rooms)} rooms include only what they may")
    return 1 if problems else 0


sys.exit(main())
