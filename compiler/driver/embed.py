"""Writes a C++ file that holds the given text files as a table; see embedded_texts.h."""

import pathlib
import sys


def literal(data: bytes) -> str:
    """Adjacent string literals, one a line of text: any bytes survive, no literal grows too long."""
    lines = data.splitlines(keepends=True) or [b""]
    return "\n".join('    "' + "".join(escaped(byte) for byte in line) + '"' for line in lines)


def escaped(byte: int) -> str:
    if byte in b'"\\?' or byte < 32 or byte > 126:
        return f"\\{byte:03o}"
    return chr(byte)


def main() -> None:
    target, *sources = sys.argv[1:]
    rows = []
    for source in sorted(map(pathlib.Path, sources)):
        data = source.read_bytes()
        rows.append(f'  {{"{source.parent.name}/{source.name}", llvm::StringRef(\n{literal(data)}, {len(data)})}},')
    pathlib.Path(target).write_text(
        '#include "compiler/driver/embedded_texts.h"\n\n'
        "namespace pipelang::driver {\n"
        "static const EmbeddedText table[] = {\n" + "\n".join(rows) + '\n  {"", ""},\n};\n'
        f"llvm::ArrayRef<EmbeddedText> embeddedTexts() {{ return llvm::ArrayRef<EmbeddedText>(table, std::size_t{{{len(rows)}}}); }}\n"
        "} // namespace pipelang::driver\n"
    )


main()
