# SPDX-License-Identifier: Apache-2.0
"""What a file of texts (PO) must not have: a message that stands twice. sys/po.c refuses such a file as a
whole, and every page is then in the source language."""
import re

PART = re.compile(r'\s*(msgctxt|msgid_plural|msgid|msgstr(?:\s*\[\d+\])?)?\s*(?:"((?:\\.|[^"\\])*)")?\s*$')


def messages(text):
    """(line, context or None, msgid) of each message, as written."""
    part, context, msgid, begins = None, None, None, 0
    for number, line in enumerate(text.split('\n'), 1):
        match = PART.match(line)
        if line.lstrip().startswith('#') or not match or not line.strip():
            continue
        word, string = match.group(1), match.group(2) or ''
        if word in ('msgctxt', 'msgid') and part not in (None, 'msgctxt'):
            yield begins, context, msgid
            context = None
        if word in ('msgctxt', 'msgid') and part != 'msgctxt':
            begins = number
        if word:
            part = word
        if part == 'msgctxt':
            context = string if word else (context or '') + string
        elif part == 'msgid':
            msgid = string if word else msgid + string
    if part not in (None, 'msgctxt'):
        yield begins, context, msgid


def doubled(text):
    """(line, line of the first, msgid) of each message that stood there before."""
    first = {}
    for line, context, msgid in messages(text):
        if (context, msgid) in first:
            yield line, first[context, msgid], msgid
        else:
            first[context, msgid] = line
