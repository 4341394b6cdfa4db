"""An environment for machines without a GPU, out of a lock that holds PyPI's torch.

That torch is linked against CUDA's libraries: some 4 GB of packages, none of which is called where there is no GPU, and
without which it can't be loaded. So they are left out, and small libraries take their places that answer every call
with an error. What computes on the CPU is PyPI's torch, byte for byte: it gives the same results as it does elsewhere.

    python without_cuda.py lock requirements.lock       prints the lock without those packages
    python without_cuda.py stand-ins SITE_PACKAGES      writes the small libraries beside torch's own

It runs while an image is built, in a bare Python; nothing else needs it.
"""

import re
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT = re.compile(r"(?!nvidia-cuda-runtime$)(nvidia|cuda)-.*|triton")
"""The packages that only a GPU needs. The runtime stays: torch calls it while it is loaded, to say what it has."""

CUDA_LIBRARY = re.compile(r"lib(cu|nccl|nv)(?!da)")
"""How the names of CUDA's libraries begin, those of the driver and the runtime excepted."""

CUDA_SYMBOL = re.compile(rb"(cu(?!da)|nccl|nv)")
"""How the names of their functions begin."""

ANSWERS = "libwithout_cuda.so"
"""The library that has all their functions."""

FAILS = {62: bytes.fromhex("b801000000c3"), 183: bytes.fromhex("20008052c0035fd6")}
"""`return 1`, which is an error to each of these libraries, for x86-64 and for 64-bit ARM."""


def kept(lock: str) -> str:
    """The entries of a ``requirements.lock``, their hashes included, of which a CPU makes use."""
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE | re.IGNORECASE)
    return "".join(entry for entry in entries if not LEFT_OUT.fullmatch(entry.partition("==")[0]))


def write_stand_ins(libraries: Path) -> list[str]:
    """Write a stand-in for each library of CUDA's that torch's own, in the folder ``libraries``, need and do not have.

    Returns:
        Their names; none where torch is one that was built without CUDA.
    """
    # A symbol's version names the library that it must not be missing from. So the functions are in one library that
    # no version names, and each stand-in only leads there.
    read = [library for file in sorted(libraries.glob("*.so")) if (library := read_library(file.read_bytes()))]
    needed = sorted({name for library in read for name in library.needed if CUDA_LIBRARY.match(name)})
    if needed:
        machine = read[0].machine
        symbols = sorted({name for library in read for name in library.undefined if CUDA_SYMBOL.match(name)})
        (libraries / ANSWERS).write_bytes(shared_library(machine, ANSWERS, symbols=symbols))
        for name in needed:
            (libraries / name).write_bytes(shared_library(machine, name, needed=(ANSWERS,)))
    return needed


@dataclass(frozen=True)
class Library:
    """A 64-bit shared library: the machine it is for, the libraries that it names, and the symbols it looks for."""

    machine: int
    needed: tuple[str, ...]
    undefined: tuple[bytes, ...]


def read_library(content: bytes) -> Library | None:
    """What a file holds, in the format ELF; None if it is something else."""
    if content[:6] != b"\x7fELF\x02\x01":
        return None
    (machine,), (start,) = struct.unpack_from("<H", content, 18), struct.unpack_from("<Q", content, 40)
    size, count = struct.unpack_from("<HH", content, 58)
    # name, type, flags, address, offset, size, link, ...
    sections = [struct.unpack_from("<IIQQQQII", content, start + number * size) for number in range(count)]

    def entries(kind: int, form: str) -> Iterator[tuple[tuple[int, ...], int]]:
        for section in sections:
            if section[1] == kind:
                texts = sections[section[6]][4]
                for entry in struct.iter_unpack(form, content[section[4] : section[4] + section[5]]):
                    yield entry, texts

    def text(offset: int) -> bytes:
        return content[offset : content.index(b"\0", offset)]

    needed = tuple(text(texts + entry[1]).decode() for entry, texts in entries(6, "<QQ") if entry[0] == 1)
    undefined = tuple(text(texts + entry[0]) for entry, texts in entries(11, "<IBBHQQ") if entry[3] == 0)
    return Library(machine, needed, undefined)


def shared_library(machine: int, name: str, symbols: Sequence[bytes] = (), needed: Sequence[str] = ()) -> bytes:
    """A shared library in the format ELF, all of whose functions return 1.

    Args:
        machine: ELF's number of the kind of machine.
        name: what other libraries need it by.
        symbols: its functions.
        needed: the libraries that come with it.
    """
    texts = bytearray(b"\0")

    def text(content: bytes) -> int:
        texts.extend(content + b"\0")
        return len(texts) - len(content) - 1

    code, page = 64 + 4 * 56, 0x10000
    hashed, (names, chains) = code + 16, _hash_table(symbols)
    table = struct.pack(f"<II{len(names)}I{len(chains)}I", len(names), len(chains), *names, *chains)
    symbol_table = hashed + len(table) + -len(table) % 8
    function = 1 << 4 | 2
    records = bytes(24) + b"".join(struct.pack("<IBBHQQ", text(s), function, 0, 1, code, 8) for s in symbols)
    named = [(1, text(each.encode())) for each in needed] + [(14, text(name.encode())), (29, text(b"$ORIGIN"))]
    text_table = symbol_table + len(records)
    dynamic = text_table + len(texts) + -len(texts) % 8
    tags = [*named, (4, hashed), (5, text_table), (6, symbol_table), (10, len(texts)), (11, 24), (0, 0)]
    last = b"".join(struct.pack("<QQ", *tag) for tag in tags)

    def part(kind: int, flags: int, offset: int, address: int, size: int, alignment: int) -> bytes:
        return struct.pack("<IIQQQQQQ", kind, flags, offset, address, address, size, size, alignment)

    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header += struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 4, 64, 0, 0)
    header += part(1, 5, 0, 0, dynamic, page)  # what is read and called
    header += part(1, 6, dynamic, page + dynamic, len(last), page)  # what the loader writes to
    header += part(2, 6, dynamic, page + dynamic, len(last), 8)
    header += part(0x6474E551, 6, 0, 0, 0, 16)  # no stack that can be executed
    content = (header + FAILS[machine]).ljust(hashed, b"\0") + table
    return (content.ljust(symbol_table, b"\0") + records + bytes(texts)).ljust(dynamic, b"\0") + last


def _hash_table(symbols: Sequence[bytes]) -> tuple[list[int], list[int]]:
    """Where the lookup of a symbol begins, and where it goes on; the first symbol of a library is none."""
    begins, goes_on = [0] * (len(symbols) or 1), [0] * (len(symbols) + 1)
    for number, symbol in enumerate(symbols, 1):
        key = 0
        for byte in symbol:
            key = (key << 4) + byte
            key = (key ^ (key >> 24 & 0xF0)) & 0x0FFFFFFF
        bucket = key % len(begins)
        goes_on[number], begins[bucket] = begins[bucket], number
    return begins, goes_on


def main(task: str, path: str) -> None:
    """Print the lock without CUDA's packages, or write what stands in for them."""
    if task == "lock":
        print(kept(Path(path).read_text(encoding="utf-8")), end="")
    else:
        print("stand-ins:", *write_stand_ins(Path(path) / "torch" / "lib"))


if __name__ == "__main__":
    main(*sys.argv[1:])
