# SPDX-License-Identifier: Apache-2.0
"""For tools/lint and tools/floors: which files are ours; C code apart from its comments and strings."""
import os
import re

SKIPPED_FOLDERS = {'.git', '.cache', '.pytest_cache', '__pycache__', 'node_modules', 'corpus'}
SKIPPED_PREFIXES = ('build', 'data')


def our_files(root):
    """Paths of all files, relative to root, sorted; no builds, no data folders, no fuzzing corpora."""
    found = []
    for folder, folders, names in os.walk(root):
        top = os.path.relpath(folder, root) == '.'
        folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS
                            and not (top and f.startswith(SKIPPED_PREFIXES)))
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root)
            if os.path.isfile(os.path.join(root, path)) and name != '.git' and not name.endswith('.pyc'):
                found.append(path)
    return found


class Source:
    """One C file. `code` is the text with comments and the insides of strings blanked, same length."""
    TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)

    def __init__(self, text):
        self.text = text
        self.comments = []  # (line, text)
        self.strings = []   # (line, text, start, end); neighbours are joined as the compiler does
        self.code = self.TOKEN.sub(self._blank, text)
        self._join_neighbours()

    def line(self, at):
        return self.text.count('\n', 0, at) + 1

    def _blank(self, match):
        token, at = match.group(0), match.start()
        if token.startswith('/'):
            self.comments.append((self.line(at), token))
        elif token.startswith('"'):
            self.strings.append((self.line(at), token[1:-1], at, match.end()))
            return '"' + ' ' * (len(token) - 2) + '"'
        else:
            return "'" + ' ' * (len(token) - 2) + "'"
        return re.sub(r'[^\n]', ' ', token)

    def _join_neighbours(self):
        joined = []
        for line, text, start, end in self.strings:
            if joined and re.fullmatch(r'[\s\\]*(?:PRI\w+[\s\\]*)?', self.code[joined[-1][3]:start]):
                before = joined[-1]
                macro = self.code[before[3]:start].strip()
                text = before[1] + ('d' if macro.startswith('PRI') else '') + text
                joined[-1] = (before[0], text, before[2], end)
            else:
                joined.append((line, text, start, end))
        self.strings = joined

    def calls(self, names):
        """(line, name, [arguments]) of each call of one of names; arguments are pieces of the real text."""
        for match in re.finditer(r'(?<![\w.>])(' + '|'.join(names) + r')\s*\(', self.code):
            depth, at, starts = 1, match.end(), [match.end()]
            while at < len(self.code) and depth:
                c = self.code[at]
                depth += (c in '([{') - (c in ')]}')
                if c == ',' and depth == 1:
                    starts.append(at + 1)
                at += 1
            ends = [s - 1 for s in starts[1:]] + [at - 1]
            yield (self.line(match.start()), match.group(1),
                   [self.text[s:e].strip() for s, e in zip(starts, ends)])

    def functions(self):
        """(line, name, lines of the body) of each function, by K&R layout: braces in column 0."""
        lines, begin = self.code.split('\n'), None
        for number, line in enumerate(lines):
            if line == '{':
                begin = number
            elif line.startswith('}') and begin is not None:
                head = ' '.join(lines[max(0, begin - 6):begin])
                head = re.split(r'[;}#]', head)[-1]
                names = re.findall(r'(\w+)\s*\(', head)
                if names and '=' not in head:
                    yield begin + 1, names[0], number - begin - 1
                begin = None
