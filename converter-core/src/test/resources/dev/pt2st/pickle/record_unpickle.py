"""Unpickles streams with both of CPython's machines, running nothing of them, and tells what came out.

Standard input: for each stream its length as a little-endian 32-bit number, then its bytes. Standard output: the highest
protocol, then a line of JSON for each. Every global is a class that only records what is done with it. GraphText.java writes the same text of a
value.
"""

import codecs
import io
import json
import pickle
import struct
import sys
import warnings

try:
    import resource
except ImportError:  # there is none on Windows
    resource = None

# A memo index may be any number, and the C machine makes an array of as many places.
MOST_MEMORY = 1 << 30


class Names(type):
    """A class shows none of the methods of its instances, as a class that has none would."""

    def _hidden(cls):
        raise AttributeError

    append = extend = add = property(_hidden)
    __setstate__ = property(_hidden)


class Record(metaclass=Names):
    __slots__ = ("args", "type", "states", "items", "entries")

    def __new__(cls, *args, **keywords):
        return made(cls, cls, args + ((keywords,) if keywords else ()))

    def __call__(self, *args):
        return made(Record, self, args)

    def __setstate__(self, state):
        self.states.append(dict(state) if type(state) is dict else state)

    def append(self, item):
        self.items.append(item)

    def extend(self, items):
        self.items.extend(items)

    add = append

    def __setitem__(self, key, value):
        self.entries[key] = value


def made(cls, kind, args):
    record = object.__new__(cls)
    record.type = kind
    record.args = args
    record.states = []
    record.items = []
    record.entries = {}
    return record


class Persistent:
    __slots__ = ("id",)

    def __init__(self, id):
        self.id = id


class Seen:
    """What both machines ask for."""

    def __init__(self, data):
        self.stream = io.BytesIO(data)
        super().__init__(self.stream, encoding="pt2st")
        self.seen = []
        self.classes = {}

    def find_class(self, module, name):
        self.seen.append([module, name])
        key = (module, name)
        if key not in self.classes:
            self.classes[key] = Names("Recorded", (Record,), {"__slots__": (), "written": key})
        return self.classes[key]

    def persistent_load(self, id):
        return Persistent(id)


class InC(Seen, pickle.Unpickler):
    pass


class InPython(Seen, pickle._Unpickler):
    pass


def decode(data, errors="strict"):
    """A string of Python 2: UTF-8, or Latin-1 where it is none."""
    data = bytes(data)
    try:
        return data.decode("utf-8"), len(data)
    except UnicodeDecodeError:
        return data.decode("latin-1"), len(data)


codecs.register(lambda name: codecs.CodecInfo(None, decode, name=name) if name == "pt2st" else None)


class Word:
    __slots__ = ("text",)

    def __init__(self, text):
        self.text = text


def text_of(string):
    return "s" + string.encode("utf-16-le", "surrogatepass").hex() + ";"


def name_of(cls):
    return "c" + "".join(map(text_of, cls.written))


def atom(value):
    """The text of a value without parts; None for any other."""
    kind = type(value)
    if value is None:
        return "N"
    if kind is bool:
        return "T" if value else "F"
    if kind is int:
        return "i" + format(value, "x") + ";"
    if kind is float:
        return "r" + ("nan" if value != value else struct.pack(">d", value).hex()) + ";"
    if kind is str:
        return text_of(value)
    if kind is bytes:
        return "b" + value.hex() + ";"
    if kind is Names:
        return name_of(value)
    return "()" if value == () and kind is tuple else None


def shallow(value):
    """The text of an item of a set, without identities: sets have no order."""
    plain = atom(value)
    if plain is not None:
        return plain
    if type(value) is tuple:
        return "(" + "".join(map(shallow, value)) + ")"
    if type(value) is frozenset:
        return "f<" + "".join(sorted(map(shallow, value))) + ">"
    return "p" if type(value) is Persistent else "o"


def graph(root):
    out = []
    numbers = {}
    todo = [root]
    while todo:
        value = todo.pop()
        if type(value) is Word:
            out.append(value.text)
            continue
        plain = atom(value)
        if plain is not None:
            out.append(plain)
            continue
        if id(value) in numbers:
            out.append("#%d" % numbers[id(value)])
            continue
        numbers[id(value)] = len(numbers)
        parts = parts_of(value)
        parts[0].text += "#%d " % numbers[id(value)]
        todo.extend(reversed(parts))
    return "".join(out)


def parts_of(value):
    kind = type(value)
    if kind is tuple:
        return [Word("("), *value, Word(")")]
    if kind is list:
        return [Word("["), *value, Word("]")]
    if kind is dict:
        return [Word("{"), *entries(value), Word("}")]
    if kind is set or kind is frozenset:
        return [Word(("f<" if kind is frozenset else "<") + "".join(sorted(map(shallow, value))) + ">")]
    if kind is bytearray:
        return [Word("B" + value.hex() + ";")]
    if kind is Persistent:
        return [Word("p"), value.id]
    if isinstance(value, Record):
        return [
            Word("o"), value.type, Word("("), *value.args, Word(")S"), *value.states,
            Word(";L"), *value.items, Word(";D"), *entries(value.entries), Word(";"),
        ]
    return [Word("?" + kind.__name__)]


def entries(mapping):
    return [part for entry in mapping.items() for part in entry]


def outcome(machine, data):
    unpickler = machine(data)
    result = {"globals": unpickler.seen}
    try:
        result["value"] = graph(unpickler.load())
        result["end"] = unpickler.stream.tell()
    except BaseException as e:
        result["error"] = type(e).__name__ + ": " + str(e).encode("ascii", "backslashreplace").decode()
    return result


def main():
    warnings.simplefilter("ignore")
    if resource:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    print(pickle.HIGHEST_PROTOCOL, flush=True)
    while True:
        length = sys.stdin.buffer.read(4)
        if len(length) < 4:
            return
        data = sys.stdin.buffer.read(struct.unpack("<I", length)[0])
        result = {"c": outcome(InC, data), "python": outcome(InPython, data)}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


main()
