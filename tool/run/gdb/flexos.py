# SPDX-License-Identifier: BSD-3-Clause
"""gdb commands for FlexOS images: `help flexos` lists them. Loaded by `flexos run --gdb`; elsewhere `source` this file.

Works on a running image, one stopped at a fault, and a core file. It reads the tables that docs/abi.md fixes and changes nothing.
"""
import struct

import gdb

ARENA_BASE, ARENA_SIZE = 0x100000000000, 0x1000000000
STACKS_SIZE, HEAP_OFFSET = 0x40000000, 0x100000000
DOMAINS, TCB, SHARED = 16, 14, 15
LAYOUT_MAGIC = 0x74756F79614C7846
LAYOUT_HEAD, LAYOUT_DOMAIN = struct.Struct("<QIIIIQQ"), struct.Struct("<32sQQIBBBB")
GATES, SHARINGS = ("full", "light"), ("dss", "shared-stack", "heap", "copy")
RETURN_ADDRESS, SAVED_RBP = 9, 8  # words of a gate's frame


def address_of(symbol):
    try:
        return int(gdb.parse_and_eval(f"(unsigned long)&'{symbol}'"))
    except gdb.error:
        return None


def memory(address, size):
    return bytes(gdb.selected_inferior().read_memory(address, size))


def word(address):
    return struct.unpack("<Q", memory(address, 8))[0]


def register(name):
    try:
        return int(gdb.parse_and_eval(f"(unsigned long)${name}"))
    except gdb.error:
        return None


class Layout:
    """The layout table of the image."""

    def __init__(self):
        at = address_of("flexos_layout")
        if at is None:
            raise gdb.GdbError("this program has no flexos_layout: it is no FlexOS image")
        head = LAYOUT_HEAD.unpack(memory(at, LAYOUT_HEAD.size))
        if head[0] != LAYOUT_MAGIC:
            raise gdb.GdbError("the layout table is damaged, or the image's memory cannot be read")
        self.isolated, self.slot = head[2] != 0, head[5] or 0x40000
        self.domains = []
        for k in range(DOMAINS):
            raw = memory(at + LAYOUT_HEAD.size + k * LAYOUT_DOMAIN.size, LAYOUT_DOMAIN.size)
            name, start, end, pkru, gate, sharing, stacks, _ = LAYOUT_DOMAIN.unpack(raw)
            name = name.split(b"\0")[0].decode(errors="replace")
            self.domains.append(dict(name=name, start=start, end=end, pkru=pkru, gate=gate, sharing=sharing, stacks=stacks))

    def name(self, k):
        return {0: "TCB", TCB: "TCB, private", SHARED: "shared by all"}.get(k) or f"compartment {k} ({self.domains[k]['name'] or '-'})"

    def current(self):
        """The compartment whose PKRU the processor has, or None."""
        if not self.isolated:
            return 1
        pkru = register("pkru")
        if pkru == 0:
            return 0
        found = [k for k in range(1, 14) if self.domains[k]["name"] and self.domains[k]["pkru"] == pkru]
        return found[0] if found else None

    def owner(self, address):
        """Words for what lies at an address."""
        if ARENA_BASE <= address < ARENA_BASE + DOMAINS * ARENA_SIZE:
            k, inside = divmod(address - ARENA_BASE, ARENA_SIZE)
            if inside >= HEAP_OFFSET:
                return f"heap of {self.name(k)}"
            half, inside = divmod(inside, STACKS_SIZE)
            if half > 1:
                return f"unused space of {self.name(k)}"
            thread, offset = divmod(inside, self.slot)
            part = "guard page below the" if offset < 4096 else "shared half of the" if half else ""
            return f"{part} stack of thread {thread} in {self.name(k)}".strip()
        for k, domain in enumerate(self.domains):
            if domain["start"] <= address < domain["end"]:
                return f"data of {self.name(k)}"
        return "no private data (code, constants, or nothing of the image)"


def decode_pkru(layout, pkru):
    """Each protection key in words."""
    lines = []
    for key in range(DOMAINS):
        closed, fixed = pkru >> (2 * key) & 1, pkru >> (2 * key + 1) & 1
        if closed and not (layout and layout.domains[key]["name"]):
            continue
        what = "no access" if closed else "read only" if fixed else "read and write"
        label = "code, constants, published" if key == 0 else layout.name(key) if layout else ""
        lines.append(f"  key {key:2}  {what:14}  {label}")
    return lines


def place(address):
    """Function and source line of an address."""
    block = gdb.execute(f"info symbol {address:#x}", to_string=True).strip().split(" in section")[0]
    line = gdb.find_pc_line(address)
    return block + (f" at {line.symtab.filename.rsplit('/', 1)[-1]}:{line.line}" if line.symtab else "")


class Flexos(gdb.Command):
    """Commands for FlexOS images: compartments, where, pkru, chain, owner."""

    def __init__(self):
        super().__init__("flexos", gdb.COMMAND_DATA, prefix=True)


class Compartments(gdb.Command):
    """The compartments of the image: gate, sharing, data, PKRU."""

    def __init__(self):
        super().__init__("flexos compartments", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        layout = Layout()
        now = layout.current()
        for k, domain in enumerate(layout.domains):
            if domain["name"] or domain["end"] > domain["start"]:
                mark = "->" if k == now else "  "
                extra = f"gate {GATES[domain['gate'] & 1]}, sharing {SHARINGS[domain['sharing'] & 3]}, pkru {domain['pkru']:#010x}" \
                    if layout.isolated and 0 < k < TCB else ""
                print(f"{mark} {k:2}  {layout.name(k):32} data {domain['start']:#x}-{domain['end']:#x}  {extra}")


class Where(gdb.Command):
    """The compartment and thread that run, and where."""

    def __init__(self):
        super().__init__("flexos where", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        layout = Layout()
        now, at = layout.current(), address_of("flexos_published")
        thread = struct.unpack("<I", memory(at, 4))[0] if at else "?"
        name = "no compartment has this PKRU" if now is None else layout.name(now) if layout.isolated else "the image (not isolated)"
        print(f"{name}, thread {thread}")
        print(f"rip {register('rip'):#x}  {place(register('rip'))}")
        print(f"rsp {register('rsp'):#x}  {layout.owner(register('rsp'))}")


class Pkru(gdb.Command):
    """PKRU in words; of the processor, or of a value: flexos pkru 0x55555551."""

    def __init__(self):
        super().__init__("flexos pkru", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        try:
            layout = Layout()
        except gdb.GdbError:
            layout = None
        pkru = int(gdb.parse_and_eval(argument)) if argument else register("pkru")
        if pkru is None:
            raise gdb.GdbError("this processor, or this gdb, has no PKRU; give a value")
        print(f"pkru {pkru:#010x}")
        print("\n".join(decode_pkru(layout, pkru)))


class Owner(gdb.Command):
    """Whose memory an address is: flexos owner EXPRESSION."""

    def __init__(self):
        super().__init__("flexos owner", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("an address was expected: flexos owner EXPRESSION")
        address = int(gdb.parse_and_eval(f"(unsigned long)({argument})"))
        print(f"{address:#x}: {Layout().owner(address)}")


class Chain(gdb.Command):
    """The gates that led to where the thread is, innermost first."""

    def __init__(self):
        super().__init__("flexos chain", gdb.COMMAND_STACK)

    def frames(self, layout):
        """Each compartment's frames, newest first: (called compartment, return address)."""
        found = {}
        for k in range(14):
            at = address_of(f"__flexos_sp_now_{k}")
            if at is None or (k and layout.domains[k]["stacks"] != k):
                continue
            found[k], at = [], word(at)
            while at and len(found[k]) < 48:
                called, older = word(at), word(at + 8)
                if called > 13:
                    break
                returns = word(at + 8 * RETURN_ADDRESS)
                if "__" in gdb.execute(f"info symbol {returns - 1:#x}", to_string=True)[:2]:
                    returns = word(word(at + 8 * SAVED_RBP) + 8)  # a stub that checks arguments
                found[k].append((called, returns))
                at = older if older > at else 0
        return found

    def search(self, frames, now, used):
        """A way through the frames that uses up all of them."""
        best = []
        for k, listed in frames.items():
            if used[k] < len(listed) and listed[used[k]][0] == now:
                rest = self.search(frames, k, {**used, k: used[k] + 1})
                if 1 + len(rest) > len(best):
                    best = [(k, now, listed[used[k]][1])] + rest
        return best

    def invoke(self, argument, from_tty):
        layout = Layout()
        if not layout.isolated:
            raise gdb.GdbError("this image has no gates; `backtrace` shows the calls")
        now = layout.current()
        print(f"#0  {layout.name(now) if now is not None else 'unknown compartment'}: {place(register('rip'))}")
        frames = self.frames(layout)
        for i, (k, _, returns) in enumerate(self.search(frames, now, {k: 0 for k in frames}), 1):
            print(f"#{i}  {layout.name(k)}: {place(returns - 1)}")


for command in (Flexos, Compartments, Where, Pkru, Owner, Chain):
    command()
