#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A second implementation of who may do and see what: reads the tables of docs/policy.md, and has the rules
of its section 4 once more. Written from that document alone, and to be kept so: where this and
src/core/policy/policy.c differ, look at the document, not at the other one.

    oracle.py compare PROGRAM    every answer of akari-policy-matrix, and whether every table row matters;
                                 prints the differences; last line: N passed, N failed, N skipped
    oracle.py ask                reads lines of 11 inputs with tabs, answers each as akari-policy-matrix does

How it counts 948 million questions: a slice is all questions of one role, verb and object, and a set of them
is one whole number with a byte for each question, 1 where the question is in the set. Then "and", "or" and
"not" in the text of a rule are &, | and ^ over the slice at once."""
import hashlib
import io
import os
import re
import subprocess
import sys
from functools import lru_cache

DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/policy.md")
# Section 19: the loops, the first outermost. What the tables of words do not list stands in section 2.
ORDER = ("role verb object relation need_to_know purpose basis class label break_glass assurance").split()
FIXED, FREE = ORDER[:3], ORDER[3:]
OBLIGATIONS = {"audit": 1, "notify_owner": 2, "notify_oversight": 4, "review": 8, "second_person": 16,
               "generalise": 32}
SHOWING = {"read", "list", "export", "count"}
PLURALS = {"roles": "role", "verbs": "verb", "objects": "object", "relations": "relation",
           "purposes": "purpose", "bases": "basis", "classes": "class", "labels": "label"}


# ---- tables of the document

def raw_tables(text):
    """name -> [{head: cell}]"""
    tables = {}
    for name, body in re.findall(r"<!-- table: (\w+) -->\n((?:\|.*\n)+)", text):
        lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines()]
        if name in tables or set("".join(lines[1])) != {"-"}:
            raise ValueError("table %s: twice, or without a head" % name)
        if any(len(line) != len(lines[0]) for line in lines):
            raise ValueError("table %s: a row has too many or too few cells" % name)
        tables[name] = [dict(zip(lines[0], line)) for line in lines[2:]]
    return tables


def words_of(cell, every, sets):
    """Words of a cell: `*`, `-`, `! a b`, `a b`."""
    if cell == "*":
        return frozenset(every)
    if cell == "-":
        return frozenset()
    listed = cell[2:] if cell.startswith("! ") else cell
    found = set()
    for word in listed.split(" "):
        if word not in sets and word not in every:
            raise ValueError("no such word: %r" % word)
        found |= sets.get(word, {word})
    return frozenset(set(every) - found if cell.startswith("! ") else found)


class Row:
    """inputs: the columns that match, input -> words. gives: the other columns, head -> text."""

    def __init__(self, table, cells, inputs, words):
        self.table, self.cells = table, cells
        self.inputs = {PLURALS.get(head, head): words(head, cells[head]) for head in inputs}
        self.gives = {head: cell for head, cell in cells.items() if head not in inputs}


# Columns that have the name of an input and are matched. In the other tables such a column is what the row
# gives ("yes" or "no", words of relations, a number), as the rule says that reads it.
MATCHED = {
    "role_verbs": "role object",
    "shelter": "roles verbs relations purposes",
    "walls": "roles verbs objects relations purposes classes",
    "lifts": "roles verbs objects relations classes",
    "hint": "roles verbs objects relations purposes classes labels",
    "break_glass": "roles verbs objects relations purposes classes labels assurance",
    "duties": "roles verbs objects relations classes bases",
    "basis": "situation purposes",
    "objects": "object", "role_classes": "role", "verb_relations": "verb", "object_relations": "object",
    "class_relations": "class", "labels": "label", "role_purposes": "role", "purpose_free": "object",
    "purpose_classes": "purpose", "verb_assurance": "verb", "class_assurance": "class",
}


class Document:
    def __init__(self, text, without=None):
        """without: (table, number of a row) that is left out."""
        self.text = text
        raw = raw_tables(text)
        self.enums = {row["input"]: row["words"].split(" ") for row in raw["enums"]}
        self.outputs = {row["output"]: row["words"].split(" ") for row in raw["answers"]}
        self.enums.update(need_to_know=["0", "1"], break_glass=["0", "1"], assurance=["1", "2", "3"])
        self.sizes = tuple(len(self.enums[name]) for name in ORDER)
        self.sets = {row["set"]: words_of(row["roles"], self.enums["role"], {}) for row in raw["sets"]}
        if set(raw) - {"enums", "answers", "sets"} != set(MATCHED):
            raise ValueError("tables come or go: %s" % (set(raw) ^ set(MATCHED)))
        self.tables = {}
        for name, rows in raw.items():
            if name in MATCHED:
                self.tables[name] = [Row(name, cells, MATCHED[name].split(" "), self.words)
                                     for number, cells in enumerate(rows) if (name, number) != without]

    def words(self, head, cell):
        """The words of a cell in the column of an input."""
        head = PLURALS.get(head, head)
        if head == "situation":
            return frozenset([cell])
        return words_of(cell, self.enums[head], self.sets if head == "role" else {})

    def of(self, table, head, **inputs):
        """Words in column `head`, of all rows of the table that match these inputs."""
        found = set()
        for row in self.tables[table]:
            if all(inputs[name] in words for name, words in row.inputs.items()):
                found |= self.words(head, row.gives[head])
        return found

    def row(self, table, word):
        """What the one row of this word gives; None when it has none."""
        rows = [row.gives for row in self.tables[table] if word in row.inputs[MATCHED[table]]]
        if len(rows) > 1:
            raise ValueError("table %s: several rows for %s" % (table, word))
        return rows[0] if rows else None


# ---- sets of questions

class Slice:
    """All questions of one role, verb and object."""

    def __init__(self, document, role, verb, object_):
        self.document = document
        self.fixed = {"role": role, "verb": verb, "object": object_}
        self.sizes = document.sizes[len(FIXED):]
        self.all = axis(self.sizes, 0, frozenset(range(self.sizes[0])))
        self.answers = []  # (set, verdict, reason)
        self.obligations = {}  # word -> set
        self.left = self.all

    def where(self, name, words):
        """The questions whose input is among the words."""
        if name in self.fixed:
            return self.all if self.fixed[name] in words else 0
        every = self.document.enums[name]
        return axis(self.sizes, FREE.index(name), frozenset(map(every.index, words)))

    def outside(self, questions):
        return self.all ^ questions

    def matches(self, row):
        questions = self.all
        for name, words in row.inputs.items():
            questions &= self.where(name, words)
        return questions

    def any_row(self, table, gives=None):
        """Questions for which some row matches; gives = (head, word): that gives the word, too."""
        questions = 0
        for row in self.document.tables[table]:
            if gives is None or gives[1] in row.gives[gives[0]].split(" "):
                questions |= self.matches(row)
        return questions

    def cells(self, table, accept):
        """Questions whose cell of a table (role or row) x class is accepted."""
        questions = 0
        for row in self.document.tables[table]:
            matching = self.matches(row)
            for class_ in self.document.enums["class"]:
                if accept(row.gives[class_]):
                    questions |= matching & self.where("class", {class_})
        return questions

    def fail(self, questions, verdict, reason):
        """Of the questions that are left, these have their answer."""
        questions &= self.left
        self.left ^= questions
        if questions:
            self.answers.append((questions, verdict, reason))
        return questions

    def oblige(self, obligation, questions):
        self.obligations[obligation] = self.obligations.get(obligation, 0) | questions

    def bytes(self):
        """(verdict + 8 * reason of each question, obligations of each)"""
        verdicts, reasons = (self.document.outputs[name] for name in ("verdict", "reason"))
        codes = sum(questions * (verdicts.index(verdict) + 8 * reasons.index(reason))
                    for questions, verdict, reason in self.answers)
        bits = sum(questions * OBLIGATIONS[word] for word, questions in self.obligations.items())
        length = count(self.sizes)
        return codes.to_bytes(length, "little"), bits.to_bytes(length, "little")


def count(sizes):
    product = 1
    for size in sizes:
        product *= size
    return product


@lru_cache(maxsize=None)
def axis(sizes, number, chosen):
    """Questions of a slice whose input of this number has one of the chosen values."""
    inner = count(sizes[number + 1:])
    values = b"".join((b"\1" if value in chosen else b"\0") * inner for value in range(sizes[number]))
    return int.from_bytes(values * count(sizes[:number]), "little")


# ---- the rules, in order (section 4)

class Rules:
    def __init__(self, document):
        self.document = document

    def slice(self, role, verb, object_):
        """Rule 1 has nothing to do: all of a slice's questions are of words."""
        s = Slice(self.document, role, verb, object_)
        s.oblige("audit", s.all)
        if not self.role(s):
            self.terms(s)
            for rule in (self.shelter, self.class_, self.firewall, self.relation, self.need_to_know,
                         self.label, self.purpose, self.basis, self.assurance, self.masked,
                         self.generalise, self.break_glass):
                rule(s)
            self.allow(s)
        return s

    def terms(self, s):
        d, verb = self.document, s.fixed["verb"]
        s.kind = d.row("objects", s.fixed["object"])
        s.person = s.kind["person"] == "yes"
        s.glass_open = s.where("break_glass", {"1"})
        s.glass = s.glass_open & s.any_row("break_glass")
        s.used_glass = 0
        s.cell = {word: s.cells("role_classes", word.__eq__)
                  for word in ("see", "general", "mask", "conceal", "deny")}
        if verb not in SHOWING:
            s.withheld = {"deny": s.all, "conceal": 0, "mask": 0}
            return
        as_a_whole, secret = s.where("class", {"none"}), s.where("class", {"source", "tactics"})
        s.withheld = {"deny": as_a_whole, "conceal": secret, "mask": s.outside(as_a_whole | secret)}

    def lifted(self, s, what):
        return s.any_row("lifts", ("lifts", what))

    def withhold(self, s, failing, reason):
        for verdict, questions in s.withheld.items():
            s.fail(failing & questions, verdict, reason)

    def or_glass(self, s, passing):
        """(questions that fail, and keep the rule's reason; that fail for want of a glass that fits)"""
        failing = s.left & s.outside(passing)
        s.used_glass |= failing & s.glass
        failing &= s.outside(s.glass)
        return failing & s.outside(s.glass_open), failing & s.glass_open

    def role(self, s):
        d, fixed = self.document, s.fixed
        if fixed["verb"] in d.of("role_verbs", "verbs", role=fixed["role"], object=fixed["object"]):
            return False
        s.fail(s.all, "deny", "role")
        return True

    def shelter(self, s):
        if s.fixed["object"] == "shelter_place":
            passing = 0
        else:
            passing = s.outside(s.where("class", {"location"}))
        passing |= s.any_row("shelter") & s.where("need_to_know", {"1"})
        s.fail(s.outside(passing), "conceal", "shelter")

    def class_(self, s):
        has = s.where("class", self.document.words("classes", s.kind["classes"]))
        passing = has
        if s.person:
            passing &= s.outside(s.cell["deny"] | s.cell["conceal"])
        s.fail(s.outside(passing) & has & s.cell["conceal"], "conceal", "class")
        s.fail(s.outside(passing), "deny", "class")

    def firewall(self, s):
        for row in self.document.tables["walls"]:
            open_ = s.where("basis", self.document.words("bases", row.gives["open_with"]))
            s.fail(s.matches(row) & s.outside(open_), "conceal", "firewall")

    def relation(self, s):
        if s.kind["relation"] == "no":
            return
        d = self.document
        held = s.where("relation", d.words("relation", d.row("verb_relations", s.fixed["verb"])["relations"]))
        narrower = d.row("object_relations", s.fixed["object"])
        if narrower:
            held &= s.where("relation", d.words("relation", narrower["relations"]))
        for row in d.tables["class_relations"]:
            allowed = s.where("relation", d.words("relation", row.gives["relations"]))
            held &= s.outside(s.matches(row)) | allowed
        s.fail(s.outside(held | self.lifted(s, "relation")), "conceal", "relation")

    def need_to_know(self, s):
        if s.kind["need_to_know"] == "no":
            return
        passing = s.where("need_to_know", {"1"}) | self.lifted(s, "need_to_know")
        hint = s.any_row("hint")
        for failing, reason in zip(self.or_glass(s, passing), ("need_to_know", "break_glass")):
            s.oblige("notify_owner", s.fail(failing & hint, "hint", reason))
            s.fail(failing, "conceal", reason)

    def label(self, s):
        if s.kind["label"] == "no":
            return
        d, passing = self.document, self.lifted(s, "label")
        for row in d.tables["labels"]:
            held = s.where("role", d.words("role", row.gives["roles"]))
            if s.fixed["role"] != "anonymous":
                held |= s.where("relation", d.words("relation", row.gives["relations"]))
            if row.gives["need_to_know"] == "yes":
                held &= s.where("need_to_know", {"1"})
            passing |= s.matches(row) & held
        s.fail(s.outside(passing), "conceal", "label")

    def purpose(self, s):
        d, fixed = self.document, s.fixed
        own = d.row("role_purposes", fixed["role"])
        passing = s.where("purpose", d.words("purpose", own["purposes"]) if own else set())
        free = d.row("purpose_free", fixed["object"])
        if free and fixed["verb"] in d.words("verb", free["verbs"]):
            passing |= s.where("purpose", {"none"})
        s.fail(s.outside(passing), "deny", "purpose")
        needed = 0
        for row in d.tables["purpose_classes"]:
            needed |= s.matches(row) & s.where("class", d.words("class", row.gives["classes"]))
        self.withhold(s, s.outside(needed), "purpose")

    def situations(self, s):
        if s.fixed["verb"] == "export":
            return {"given": s.all}
        shared = s.outside(s.where("relation", {"owner"}))
        if s.fixed["verb"] in ("refer", "grant"):
            shared = s.all
        return {"shared": shared, "own": s.outside(shared)}

    ACCEPTS = {"any": {"none", "consent", "legal", "danger_to_life"},
               "stated": {"consent", "legal", "danger_to_life"},
               "vital": {"consent", "danger_to_life"}, "consent": {"consent"}, "never": set()}

    def basis(self, s):
        if not s.person or s.fixed["verb"] == "create":
            return
        passing = self.lifted(s, "basis")
        for situation, questions in self.situations(s).items():
            for row in self.document.tables["basis"]:
                if situation not in row.inputs["situation"]:
                    continue
                matching = questions & s.where("purpose", row.inputs["purpose"])
                for class_ in self.document.enums["class"]:
                    accepted = s.where("basis", self.ACCEPTS[row.gives[class_]])
                    passing |= matching & s.where("class", {class_}) & accepted
        for failing, reason in zip(self.or_glass(s, passing), ("basis", "break_glass")):
            self.withhold(s, failing, reason)

    def assurance(self, s):
        d = self.document
        for_verb = d.row("verb_assurance", s.fixed["verb"])
        passing = s.where("assurance", self.at_least(for_verb))
        for row in d.tables["class_assurance"]:
            passing &= s.outside(s.matches(row)) | s.where("assurance", self.at_least(row.gives))
        self.withhold(s, s.outside(passing), "assurance")

    def at_least(self, gives):
        number = int(gives["assurance"]) if gives else 1
        return {word for word in self.document.enums["assurance"] if int(word) >= number}

    def masked(self, s):
        if not s.person or s.fixed["verb"] == "create":
            return
        for failing, reason in zip(self.or_glass(s, s.outside(s.cell["mask"])), ("class", "break_glass")):
            self.withhold(s, failing, reason)

    def generalise(self, s):
        if not s.person:
            return
        failing = s.cell["general"] & s.outside(s.where("class", {"none"}))
        if s.fixed["verb"] in SHOWING:
            s.oblige("generalise", s.fail(failing, "mask", "class"))
        else:
            s.fail(failing, "deny", "class")

    def break_glass(self, s):
        if s.fixed["verb"] != "break_glass":
            return
        passing = 0
        for row in self.document.tables["break_glass"]:
            passing |= s.where("purpose", row.inputs["purpose"]) & s.where("label", row.inputs["label"])
        s.fail(s.outside(passing & s.where("class", {"none"})), "deny", "break_glass")

    def allow(self, s):
        allowed = s.fail(s.left, "allow", "ok")
        for row in self.document.tables["duties"]:
            for obligation in row.gives["obligations"].split(" "):
                s.oblige(obligation, allowed & s.matches(row))
        if s.person:
            s.oblige("generalise", allowed & s.cell["general"])
        for obligation in ("notify_owner", "notify_oversight", "review"):
            s.oblige(obligation, allowed & s.used_glass)


# ---- the whole

class Oracle:
    def __init__(self, text=None, without=None):
        if text is None:
            with open(DOCUMENT, encoding="utf-8") as file:
                text = file.read()
        self.document = Document(text, without)
        self.rules = Rules(self.document)
        self.slice_size = count(self.document.sizes[len(FIXED):])
        enums = self.document.enums
        self.slices = [(role, verb, object_) for role in enums["role"] for verb in enums["verb"]
                       for object_ in enums["object"]]

    @lru_cache(maxsize=16)  # a third of a megabyte each
    def bytes(self, role, verb, object_):
        return self.rules.slice(role, verb, object_).bytes()

    def possible(self, role, verb, object_):
        return verb in self.document.of("role_verbs", "verbs", role=role, object=object_)

    def may(self, role, verb, object_, class_="none"):
        """Is a question of these words allowed, with some relation, purpose, ...?"""
        if not self.possible(role, verb, object_):
            return False
        slice_ = self.rules.slice(role, verb, object_)
        allowed = [questions for questions, verdict, _ in slice_.answers if verdict == "allow"]
        return any(questions & slice_.where("class", {class_}) for questions in allowed)

    def question(self, slice_, number):
        """The words of a question by its number in the slice."""
        words = []
        for name, size in reversed(list(zip(FREE, self.document.sizes[len(FIXED):]))):
            number, value = divmod(number, size)
            words.insert(0, self.document.enums[name][value])
        return list(slice_) + words

    def number(self, question):
        """The other way round, for its slice."""
        number = 0
        for name, word in zip(FREE, question[3:]):
            number = number * len(self.document.enums[name]) + self.document.enums[name].index(word)
        return number

    def answer_words(self, code, bits):
        verdicts, reasons = (self.document.outputs[name] for name in ("verdict", "reason"))
        return [dict(enumerate(verdicts)).get(code % 8, "?"), dict(enumerate(reasons)).get(code // 8, "?"),
                "+".join(word for word, bit in OBLIGATIONS.items() if bits & bit)]

    def answer(self, question):
        """Verdict, reason and obligations for 11 words."""
        if any(word not in self.document.enums[name] for name, word in zip(ORDER, question)):
            return ["deny", "invalid", "audit"]
        codes, bits = self.bytes(*question[:3])
        number = self.number(question)
        return self.answer_words(codes[number], bits[number])


def differences(oracle, slice_, data):
    """(the oracle's answer, the other's) -> numbers of questions, for the two bytes of each."""
    theirs, ours, found = (data[0::2], data[1::2]), oracle.bytes(*slice_), {}
    if ours == theirs:
        return found
    for number, pair in enumerate(zip(zip(*ours), zip(*theirs))):
        if pair[0] != pair[1]:
            found.setdefault(pair, []).append(number)
    return found


def describe(oracle, slice_, found, out):
    """For each pair of answers: how many questions, the inputs that all of them share, and one of them."""
    for (ours, theirs), numbers in sorted(found.items()):
        questions = [oracle.question(slice_, number) for number in numbers]
        words = [sorted(set(column)) for column in zip(*questions)]
        print("%s: %d questions" % (" ".join(slice_), len(numbers)), file=out)
        for name, column in zip(FREE, words[3:]):
            if len(column) < len(oracle.document.enums[name]):
                print("    %s: %s" % (name, " ".join(column)), file=out)
        print("    for example   " + "\t".join(questions[0]), file=out)
        for who, answer in (("the document", ours), ("the program", theirs)):
            print("    %-13s %s" % (who, " ".join(oracle.answer_words(*answer))), file=out)


def digest(oracle, slice_):
    return hashlib.sha256(b"".join(oracle.bytes(*slice_))).digest()


def rows(whole):
    """(row, whether it could be left out without another answer anywhere): each slice that the row touches is
    computed without it, until one differs. A row that does nothing is a row that somebody relies on."""
    digests = {slice_: digest(whole, slice_) for slice_ in whole.slices if whole.possible(*slice_)}
    for table in whole.document.tables:
        if table in ("objects", "role_classes", "verb_relations", "labels", "purpose_classes", "basis"):
            continue  # a row for each word, and all must be there
        for number, row in enumerate(whole.document.tables[table]):
            touched = [slice_ for slice_ in digests
                       if all(word in row.inputs.get(name, [word]) for name, word in zip(FIXED, slice_))]
            less = Oracle(whole.document.text, (table, number))
            yield row, all(digest(less, slice_) == digests[slice_] for slice_ in touched)


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, fault):
        if fault:
            print(fault)
        self.failed += bool(fault)
        self.passed += not fault


def compare_stream(oracle, stream, tally):
    """Every question. A slice passes when all of its answers are the same, byte for byte."""
    seen = {}
    for slice_ in oracle.slices:
        data = stream.read(2 * oracle.slice_size)
        if len(data) != 2 * oracle.slice_size:
            tally.add("the stream ends in the slice " + " ".join(slice_))
            return
        out = io.StringIO()
        describe(oracle, slice_, differences(oracle, slice_, data), out)
        tally.add(out.getvalue())
        for code in set(data[0::2]):
            seen[code] = seen.get(code, 0) + data[0::2].count(code)
    for code in sorted(seen):
        print("%12d %s" % (seen[code], " ".join(oracle.answer_words(code, 0)[:2])))
    print("%12d questions, in %d slices" % (sum(seen.values()), len(oracle.slices)))
    if stream.read(1):
        tally.add("the stream goes on after the last slice")


def compare(program):
    oracle, tally = Oracle(), Tally()
    with subprocess.Popen([program, "stream"], stdout=subprocess.PIPE) as run:
        compare_stream(oracle, run.stdout, tally)
    if run.returncode:
        tally.add("%s ended with %d" % (program, run.returncode))
    for row, idle in rows(oracle):
        text = " | ".join(row.cells.values())
        tally.add("no answer needs this row of table %s: | %s |" % (row.table, text) if idle else "")
    print("%d passed, %d failed, 0 skipped" % (tally.passed, tally.failed))
    return 1 if tally.failed else 0


def ask():
    oracle = Oracle()
    for line in sys.stdin:
        question = line.rstrip("\n").split("\t")[:len(ORDER)]
        print("\t".join(question + oracle.answer(question)))
    return 0


def main(arguments):
    if arguments == ["ask"]:
        return ask()
    if len(arguments) == 2 and arguments[0] == "compare":
        return compare(arguments[1])
    print(__doc__.split("\n\n")[1], file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
