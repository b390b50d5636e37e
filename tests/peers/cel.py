#!/usr/bin/env python3
"""Random CEL expressions, answered by Seawall and by Kubernetes' own CEL, compared and minimised.

    cel.py ORACLE SEAWALL [--count N] [--seed N] [--minor 30..36] [--texts] [--all]

ORACLE reads lines {"Expr", "Object", "Version"} and answers {"value", "type", "cost"},
{"error", "cost"} or {"compile_error"}; `SEAWALL policy eval --lines` does the same. Compared are the
kind of the answer, value, type and cost; with --texts also the words of errors. Expressions come from templates by type, over a
random object, with a few of a wrong type or a damaged text among them. Maps are walked only where
the answer and its cost do not depend on the order, because Go's order is random. Exit status 1
where anything differs.
"""

import argparse
import collections
import json
import random
import re
import subprocess
import sys
import threading

# Result type: templates. {type} is a subexpression; {type@name} may use the loop variable `name`,
# of the type that stands after the template's "name:" list.
TEMPLATES = {
    "bool": [
        "{bool} && {bool}", "{bool} || {bool}", "!{bool}", "{bool} ? {bool} : {bool}",
        "{int} < {int}", "{int} <= {uint}", "{double} > {int}", "{uint} >= {double}", "{dyn} < {int}",
        "{string} < {string}", "{string} >= {string}", "{bytes} < {bytes}", "{bool} < {bool}",
        "{timestamp} < {timestamp}", "{duration} >= {duration}", "{double} <= {double}",
        "{dyn} == {dyn}", "{dyn} != {dyn}", "{int} == {int}", "{string} == {string}",
        "{list} == {list}", "{map} == {map}", "{map} != {map}", "{timestamp} == {timestamp}",
        "{optional} == {optional}", "{dyn} == {int}", "{string} != {dyn}", "{bytes} == {bytes}",
        "type({dyn}) == {type}", "{int} in {ints}", "{string} in {strings}", "{dyn} in {list}",
        "{string} in {map}", "{dyn} in {map}", "{dyn} in {dyn}", "{int} in [1, 2, 3]",
        "has({map}.a)", "has({dyn}.b)", "has(object.{field})", "has(object.m.{field})",
        "{string}.startsWith({string})", "{string}.endsWith({string})",
        "{string}.contains({string})", "{string}.matches({pattern})", "matches({string}, {pattern})",
        "{optional}.hasValue()", "bool({word})", "{list}.isSorted()", "{ints}.isSorted()",
        "sets.contains({list}, {list})", "sets.equivalent({ints}, {ints})",
        "sets.intersects({list}, {strings})", "sets.contains({strings}, {strings})",
        "{ints}.all(x, {bool@x}) ;; x:int", "{ints}.exists(x, {bool@x}) ;; x:int",
        "{ints}.exists_one(x, {bool@x}) ;; x:int", "{strings}.all(s, {bool@s}) ;; s:string",
        "{strings}.exists(s, {bool@s}) ;; s:string", "{list}.exists(y, {bool@y}) ;; y:dyn",
        "{list}.all(y, {bool@y}) ;; y:dyn", "{ints}.all(i, x, {bool@i,x}) ;; i:int,x:int",
        "{strings}.exists(i, s, {bool@i,s}) ;; i:int,s:string", "{dyn}.all(y, {bool@y}) ;; y:dyn",
        "{list}.existsOne(i, y, {bool@i,y}) ;; i:int,y:dyn", "{one}.all(k, {bool@k}) ;; k:string",
        "{one}.exists(k, v, {bool@k,v}) ;; k:string,v:dyn", "{one}.exists_one(k, {bool@k}) ;; k:string",
        "isURL({url_text})", "isIP({ip_text})", "isCIDR({cidr_text})", "isQuantity({quantity_text})",
        "isSemver({semver_text})", "ip.isCanonical({ip_text})", "{ip}.isLoopback()",
        "{ip}.isUnspecified()", "{ip}.isGlobalUnicast()", "{ip}.isLinkLocalMulticast()",
        "{ip}.isLinkLocalUnicast()", "{ip} == {ip}", "{cidr} == {cidr}", "{cidr}.containsIP({ip})",
        "{cidr}.containsIP({ip_text})", "{cidr}.containsCIDR({cidr})",
        "{cidr}.containsCIDR({cidr_text})", "{quantity} == {quantity}",
        "{quantity}.isGreaterThan({quantity})", "{quantity}.isLessThan({quantity})",
        "{quantity}.isInteger()", "{semver} == {semver}", "{semver}.isGreaterThan({semver})",
        "{semver}.isLessThan({semver})", "isSemver({semver_text}, {bool})", "{url} == {url}",
        "format.named({format_name}).hasValue()", "{format}.validate({string}).hasValue()",
        "{bool}", "dyn({bool})", "{optional_bool}.orValue({bool})",
    ],
    "int": [
        "{int} + {int}", "{int} - {int}", "{int} * {int}", "{int} / {int}", "{int} % {int}", "-{int}",
        "size({string})", "{string}.size()", "size({list})", "{map}.size()", "size({bytes})",
        "int({double})", "int({uint})", "int({number_text})", "int({timestamp})", "{bool} ? {int} : {int}",
        "{ints}[{int}]", "{ints}.sum()", "{ints}.max()", "{ints}.min()", "{ints}.indexOf({int})",
        "{ints}.lastIndexOf({int})", "{strings}.indexOf({string})", "{string}.indexOf({string})",
        "{string}.lastIndexOf({string})", "{string}.indexOf({string}, {int})",
        "{string}.lastIndexOf({string}, {int})", "{timestamp}.getFullYear()",
        "{timestamp}.getMonth()", "{timestamp}.getDate()", "{timestamp}.getDayOfMonth()",
        "{timestamp}.getDayOfWeek()", "{timestamp}.getDayOfYear()", "{timestamp}.getHours()",
        "{timestamp}.getMinutes({zone})", "{timestamp}.getSeconds()", "{timestamp}.getMilliseconds()",
        "{timestamp}.getHours({zone})", "{timestamp}.getDate({zone})", "{duration}.getHours()",
        "{duration}.getMinutes()", "{duration}.getSeconds()", "{duration}.getMilliseconds()",
        "{ip}.family()", "{cidr}.prefixLength()", "{quantity}.asInteger()", "{quantity}.sign()",
        "{quantity}.compareTo({quantity})", "{semver}.major()", "{semver}.minor()", "{semver}.patch()",
        "{semver}.compareTo({semver})", "{optional_int}.value()", "{optional_int}.orValue({int})",
        "int(dyn({dyn}))", "dyn({int})", "[{int}, {int}][0]", "{ints}.map(x, {int@x})[0] ;; x:int",
    ],
    "uint": ["{uint} + {uint}", "{uint} - {uint}", "{uint} * {uint}", "{uint} / {uint}",
             "{uint} % {uint}", "uint({int})", "uint({double})", "uint({number_text})"],
    "double": ["{double} + {double}", "{double} - {double}", "{double} * {double}",
               "{double} / {double}", "-{double}", "double({int})", "double({uint})",
               "double({number_text})", "{quantity}.asApproximateFloat()"],
    "string": [
        "{string} + {string}", "string({int})", "string({uint})", "string({double})", "string({bool})",
        "string({timestamp})", "string({duration})", "string({bytes})", "string({ip})",
        "string({cidr})", "{string}.charAt({int})", "{string}.lowerAscii()",
        "{string}.upperAscii()", "{string}.trim()", "{string}.replace({string}, {string})",
        "{string}.replace({string}, {string}, {int})", "{string}.substring({int})",
        "{string}.substring({int}, {int})", "{strings}.join()", "{strings}.join({string})",
        "strings.quote({string})", "{strings}[{int}]", "{strings}.max()", "{strings}.min()",
        "{string}.find({pattern})", "{url}.getScheme()", "{url}.getHost()", "{url}.getHostname()",
        "{url}.getPort()", "{url}.getEscapedPath()", "{bool} ? {string} : {string}",
        "'%s'.format([{dyn}])", "'%d and %s'.format([{int}, {string}])", "'%.3f|%e'.format([{double}, {double}])",
        "'%x %X %o %b'.format([{int}, {string}, {int}, {int}])", "'%s %s'.format([{list}, {map}])",
        "{string}.format([{dyn}, {int}])", "{optional_string}.orValue({string})",
        "{optional_string}.value()", "{strings}.map(s, {string@s}).join(',') ;; s:string",
        "dyn({string})", "{string}.reverse()",
    ],
    "bytes": ["bytes({string})", "{bytes} + {bytes}"],
    "timestamp": ["timestamp({time_text})", "timestamp({int})", "{timestamp} + {duration}",
                  "{timestamp} - {duration}", "{duration} + {timestamp}"],
    "duration": ["duration({duration_text})", "{timestamp} - {timestamp}", "{duration} + {duration}",
                 "{duration} - {duration}", "duration(string({duration}))"],
    "type": ["type({dyn})", "type({int})", "type({list})", "type({type})", "type({optional})",
             "type({ip})", "type({quantity})"],
    "ints": ["[{int}, {int}, {int}]", "{ints} + {ints}", "{ints}.map(x, {int@x}) ;; x:int",
             "{ints}.filter(x, {bool@x}) ;; x:int", "{ints}.map(x, {bool@x}, {int@x}) ;; x:int",
             "{strings}.map(s, {int@s}) ;; s:string", "{ints}.slice({int}, {int})", "{ints}.sort()",
             "{ints}.distinct()", "{ints}.reverse()", "lists.range({small})",
             "{ints}.transformList(i, x, {int@i,x}) ;; i:int,x:int", "[?{optional_int}, {int}]",
             "{ints}.sortBy(x, {int@x}) ;; x:int", "{ints}.transformList(i, x, {bool@i,x}, {int@i,x}) ;; i:int,x:int"],
    "strings": ["[{string}, {string}]", "{string}.split({string})", "{string}.split({string}, {int})",
                "{string}.findAll({pattern})", "{string}.findAll({pattern}, {int})",
                "{strings} + {strings}", "{strings}.filter(s, {bool@s}) ;; s:string",
                "{ints}.map(x, {string@x}) ;; x:int", "{one}.map(k, {string@k}) ;; k:string",
                "{strings}.sort()", "{strings}.distinct()", "{strings}.sortBy(s, {int@s}) ;; s:string",
                "[{string}, ?{optional_string}]"],
    "list": ["{ints}", "{strings}", "[{dyn}]", "[dyn({int}), {dyn}]", "{list} + {list}",
             "[{list}, {list}]", "[{list}, [{dyn}]].flatten()", "{list}.flatten({small})",
             "{list}.filter(y, {bool@y}) ;; y:dyn", "{list}.map(y, {dyn@y}) ;; y:dyn", "{list}.distinct()",
             "[?{optional}, ?{optional}]", "{list}.slice({int}, {int})", "{list}.reverse()", "[]",
             "{one}.transformList(k, v, {dyn@k,v}) ;; k:string,v:dyn"],
    "map": ["{one}", "{{{string}: {dyn}, 'z': {dyn}}}", "{{'a': {int}, 'b': {int}}}",
            "{{{int}: {string}}}", "{{{dyn}: {dyn}}}", "{{?'q': {optional}, 'a': {dyn}}}",
            "{one}.transformMap(k, v, {dyn@k,v}) ;; k:string,v:dyn",
            "{one}.transformMap(k, v, {bool@k,v}, {dyn@k,v}) ;; k:string,v:dyn",
            "{one}.transformMapEntry(k, v, {{k + '2': {dyn@k,v}}}) ;; k:string,v:dyn",
            "{ints}.transformMap(i, x, {int@i,x}) ;; i:int,x:int",
            "{strings}.transformMapEntry(i, s, {{s: i}}) ;; i:int,s:string"],
    "one": ["{{{string}: {int}}}", "{{'a': {dyn}}}"],
    "optional": ["optional.of({dyn})", "optional.none()", "optional.ofNonZeroValue({dyn})",
                 "{optional}.or({optional})", "object.?{field}", "{map}.?a", "{map}[?{dyn}]",
                 "{list}[?{int}]", "object.?m.?{field}", "{optional}.?a", "{optional}[?{int}]",
                 "{optional_int}", "{optional_string}", "{list}.first()", "{list}.last()",
                 "{optional}.optMap(o, {dyn@o}) ;; o:dyn", "{optional}.optFlatMap(o, {optional@o}) ;; o:dyn",
                 "format.named({format_name})"],
    "optional_int": ["optional.of({int})", "{ints}[?{int}]", "optional.none()",
                     "optional.ofNonZeroValue({int})", "{optional_int}.optMap(n, {int@n}) ;; n:int",
                     "{optional_int}.or({optional_int})", "{ints}.first()"],
    "optional_string": ["optional.of({string})", "{strings}[?{int}]", "optional.none()",
                        "optional.ofNonZeroValue({string})", "{strings}.last()"],
    "optional_bool": ["optional.of({bool})", "optional.none()"],
    "dyn": ["dyn({int})", "dyn({string})", "dyn({double})", "dyn({bool})", "dyn({uint})", "{dynamic}",
            "dyn({list})", "dyn({map})", "dyn(null)", "{dyn}[{dyn}]", "{dyn}.a", "object.{field}",
            "object.m.{field}", "{list}[{int}]", "{map}[{string}]", "{map}.a", "{dyn} + {dyn}",
            "{bool} ? {dyn} : {dyn}", "{optional}.value()", "{optional}.orValue({dyn})",
            "dyn({timestamp})", "dyn({duration})", "dyn({bytes})", "dyn({optional})", "dyn({type})"],
    "url": ["url({url_text})"], "ip": ["ip({ip_text})", "{cidr}.ip()"],
    "cidr": ["cidr({cidr_text})", "{cidr}.masked()"],
    "quantity": ["quantity({quantity_text})", "{quantity}.add({quantity})", "{quantity}.add({int})",
                 "{quantity}.sub({quantity})", "{quantity}.sub({int})"],
    "semver": ["semver({semver_text})", "semver({semver_text}, {bool})"],
    "format": ["format.named({format_name}).value()", "format.dns1123Label()", "format.uuid()",
               "format.qualifiedName()", "format.labelValue()", "format.date()", "format.uri()",
               "format.dns1123Subdomain()", "format.dns1035Label()", "format.datetime()", "format.byte()",
               "format.dns1123LabelPrefix()", "format.dns1123SubdomainPrefix()", "format.dns1035LabelPrefix()"],
    "url_value": [],
}

LEAVES = {
    "bool": ["true", "false", "object.t", "object.f"],
    "int": ["0", "1", "2", "3", "-1", "7", "10", "100", "9223372036854775807",
            "-9223372036854775808", "0x1F", "object.i", "object.big", "object.zero", "object.m.n"],
    "small": ["0", "1", "3", "5", "-1"],
    "uint": ["0u", "1u", "5u", "18446744073709551615u", "0x10u"],
    "double": ["0.0", "1.5", "-2.25", "1e10", "1e300", "1e-7", "123456789.0", "0.1", "object.d",
               "1e21", "100000.0", "1000000.0", "2.0"],
    "string": ["''", "'a'", "'b'", "'abc'", "'a,b,c'", "' a b '", "'é世😀'", "'ABC'", "'%s'", "'aaa'",
               "'1'", "object.s", "object.u", "object.empty", "r'\\d'", "'a\\nb\\t\"'", "'ab12'",
               "'x' + object.s", "'Hello World'", "','"],
    "bytes": ["b''", "b'abc'", "b'\\xff\\x00'", "b'é'"],
    "timestamp": ["timestamp('2026-11-27T01:02:03Z')", "timestamp('1970-01-01T00:00:00Z')",
                  "timestamp('9999-12-31T23:59:59Z')", "timestamp('0001-01-01T00:00:00Z')",
                  "timestamp('2024-02-29T23:59:59.123456789+05:30')", "timestamp(object.time)"],
    "duration": ["duration('0s')", "duration('1h30m')", "duration('-1.5s')", "duration('1ms')",
                 "duration('2540400h')", "duration('100ns')", "duration(object.duration)"],
    "type": ["int", "uint", "string", "list", "map", "bool", "double", "bytes", "null_type", "type",
             "google.protobuf.Timestamp", "google.protobuf.Duration", "optional_type", "net.IP",
             "kubernetes.Quantity", "kubernetes.URL", "net.CIDR", "kubernetes.Semver"],
    "ints": ["[]", "[1]", "[1, 2, 3]", "[3, 1, 2, 1]", "object.numbers", "[0, -1, 5]"],
    "strings": ["['a']", "['a', 'b', 'a']", "object.words", "['b', 'a']", "['é', '']"],
    "list": ["[]", "[1, 2]", "['a', 'b']", "object.mixed", "[true]", "[null]", "[[1], [2]]",
             "[1.0, 2.0]", "object.objects"],
    "map": ["{}", "{'a': 1}", "{'a': 1, 'b': 2}", "object.m", "{1: 'a'}", "{true: 1}", "object.one"],
    "one": ["{'a': 1}", "object.one", "{'b': 'c'}"],
    "optional": ["optional.none()", "optional.of(1)", "optional.of('a')", "object.?i", "object.?nope",
                 "optional.of({'a': 1})"],
    "optional_int": ["optional.none()", "optional.of(1)", "optional.of(-3)"],
    "optional_string": ["optional.none()", "optional.of('a')"],
    "optional_bool": ["optional.of(true)"],
    "dyn": ["dyn(1)", "dyn('a')", "dyn(1.0)", "dyn(1u)", "dyn(null)", "dyn(true)", "dyn([1])",
            "dyn({'a': 1})", "object.i", "object.s", "object.d", "object.nothing", "object.mixed[0]",
            "object", "object.m", "object.numbers", "null"],
    "dynamic": ["object.i", "object.s", "object.m", "object.mixed", "object.missing", "object.m.a",
                "object.deep.er.est", "object.deep.er", "object.objects[0].name", "object['i']"],
    "field": ["a", "b", "i", "s", "m", "missing", "nothing", "mixed", "n", "t"],
    "pattern": ["'a'", "'^a+$'", "'[a-z]+'", "'(a|b)*c'", "'\\\\d{2}'", "'('", "''", "'é.'", "object.s",
                "'(?i)abc'", "'\\\\bH'", "'a{1001}'", "'[[:alpha:]]+'", "'.*'", "'\\\\pL'", "'$'", "'^'"],
    "word": ["'true'", "'false'", "'TRUE'", "'True'", "'t'", "'1'", "'yes'", "'0'", "''"],
    "number_text": ["'1'", "'-5'", "'1.5'", "'1e3'", "'abc'", "''", "'0x10'", "'9223372036854775808'",
                    "'+1'", "'1_000'", "' 1'", "'NaN'", "'inf'", "'.5'", "'1.'", "'0b1'", "'-0'",
                    "'18446744073709551615'"],
    "time_text": ["'2026-11-27T01:02:03Z'", "'2026-11-27T01:02:03.5+02:00'", "'2026-11-27'",
                  "'2026-02-30T00:00:00Z'", "'0000-01-01T00:00:00Z'", "'10000-01-01T00:00:00Z'",
                  "'2026-11-27t01:02:03z'", "'2026-11-27T24:00:00Z'", "object.time", "'x'",
                  "'2016-12-31T23:59:60Z'", "'2026-11-27T01:02:03+24:00'", "'2026-11-27T1:02:03Z'",
                  "'2026-11-27T01:02:03,5Z'"],
    "duration_text": ["'1h'", "'1h2m3s'", "'-1.5h'", "'100us'", "'1d'", "''", "'5'", "'1.5'", "'0'",
                      "'3000000h'", "'+1s'", "'1µs'", "'.5s'", "'1.s'", "object.duration", "'9223372036s'",
                      "'1h 2m'", "'-'"],
    "zone": ["'UTC'", "'Europe/Paris'", "'+02:00'", "'-02:30'", "'02:00'", "'America/New_York'", "'x'",
             "''", "'Asia/Kathmandu'", "'+25:00'", "'Local'", "'-5:00'", "'2:0'"],
    "url_text": ["'https://example.com:80/p?q=1#f'", "'https://[::1]:80/'", "'../a'", "'/path'",
                 "'http://a b.com'", "'https://u:p@host/%41%2f'", "'mailto:a@b'", "'https://a?x=1&x=2&y=%20'",
                 "''", "'http://example.com/é'", "'//host/p'", "'http://host:port/'", "'https://h?a;b'", "object.url"],
    "ip_text": ["'10.0.0.1'", "'127.0.0.1'", "'::1'", "'2001:db8::abcd'", "'2001:DB8::ABCD'",
                "'::ffff:1.2.3.4'", "'fe80::1%eth0'", "'1.2.3'", "'01.2.3.4'", "''", "'224.0.0.1'",
                "'169.254.1.1'", "'0.0.0.0'", "'::'", "'ff02::1'", "'255.255.255.255'", "'1:2:3:4:5:6:7:8'",
                "'1.2.3.4.5'", "object.ip"],
    "cidr_text": ["'10.0.0.0/8'", "'10.1.2.3/16'", "'::/0'", "'2001:db8::/32'", "'10.0.0.0/33'",
                  "'10.0.0.0'", "'::ffff:1.2.3.0/120'", "'1.2.3.4/032'", "''", "'192.168.0.0/24'", "'0.0.0.0/0'",
                  "'fe80::%e/64'", "'10.0.0.0/-1'", "'10.0.0.0/+8'"],
    "quantity_text": ["'1'", "'1.5Gi'", "'500m'", "'1e3'", "'1E'", "'-2k'", "'abc'", "''", "'100M'", "'0'",
                      "'9223372036854775807'", "'9223372036854775808'", "'1u'", "'0.1n'", "'1Ki'", "'1.'", "'.5'",
                      "'+1'", "'1e-3'", "'1 Gi'", "'1mi'", "'12345678901234567890123456'", "'1E3'", "'1024'", "'1000m'"],
    "semver_text": ["'1.2.3'", "'v1.2.3'", "'1.2'", "'1.2.3-rc.1'", "'1.2.3+b.5'", "'01.2.3'", "''", "'1'",
                    "'1.2.3-01'", "'1.2.3.4'", "'999999999999999999999.1.1'", "'1.0.0-alpha'", "'1.0.0-alpha.1'",
                    "'v01.02'", "' 1.2.3'", "'1.x.3'", "'1.2.3-'", "'1.2.3+'", "'2.0.0'"],
    "format_name": ["'dns1123Label'", "'uuid'", "'nope'", "'date'", "'byte'", "'datetime'", "'labelValue'",
                    "'uri'", "'qualifiedName'"],
    "url": ["url('https://example.com:80/p?q=1')", "url('https://[::1]/a')"],
    "ip": ["ip('10.0.0.1')", "ip('::1')", "ip('2001:db8::1')"],
    "cidr": ["cidr('10.0.0.0/8')", "cidr('2001:db8::/32')", "cidr('10.1.2.3/16')"],
    "quantity": ["quantity('1')", "quantity('1.5Gi')", "quantity('500m')", "quantity('-2k')", "quantity('10M')"],
    "semver": ["semver('1.2.3')", "semver('1.2.3-rc.1')", "semver('2.0.0')"],
    "format": ["format.dns1123Label()", "format.uuid()"],
}
WHOLE = [kind for kind in TEMPLATES if TEMPLATES[kind]]


def random_object(chance):
    """An object whose members have the types that the leaves expect, with values that vary."""
    words = ["a", "b", "abc", "é", "", "Hello World", "a,b", "12"]
    return {
        "i": chance.choice([0, 1, 5, -3, 42]), "zero": 0, "big": 9223372036854775807,
        "d": chance.choice([0.5, 1.25, 1e100, -3.75]), "t": True, "f": False, "nothing": None,
        "s": chance.choice(words), "u": "héllo 世界", "empty": "", "time": "2026-11-27T10:20:30Z",
        "duration": "90m", "url": "https://k8s.io/a?b=c", "ip": "192.168.1.1",
        "numbers": [chance.randint(-5, 9) for _ in range(chance.randint(0, 6))],
        "words": [chance.choice(words) for _ in range(chance.randint(0, 5))],
        "mixed": [1, "a", True, None, 1.5, [1], {"a": 1}][:chance.randint(1, 7)],
        "m": {"a": chance.choice([1, "x", None]), "b": 2, "n": chance.randint(0, 9)},
        "one": {"a": chance.choice([1, "x", 2.5])},
        "objects": [{"name": "x", "v": 1}, {"name": "y"}], "deep": {"er": {"est": 1}},
    }


class Node:
    """A template with its subexpressions; text() is the expression."""

    def __init__(self, kind, parts, kids):
        self.kind, self.parts, self.kids = kind, parts, kids

    def text(self, outer=True):
        if not self.kids:
            return self.parts[0]
        out = self.parts[0]
        for kid, part in zip(self.kids, self.parts[1:]):
            out += kid.text(False) + part
        plain = outer or out[-1] in ")]}" and not any(op in out for op in (" ", "-", "!", "?"))
        return out if plain else "(" + out + ")"

    def size(self):
        return 1 + sum(kid.size() for kid in self.kids)


class Generator:
    def __init__(self, chance):
        self.chance = chance

    def make(self, kind, depth, scope):
        chance = self.chance
        if chance.random() < 0.02 and kind in WHOLE:
            kind = chance.choice(WHOLE)  # a type that may not fit
        local = [name for name, of in scope if of in (kind, "dyn")]
        if local and chance.random() < 0.5:
            return Node(kind, [chance.choice(local)], [])
        templates = TEMPLATES.get(kind, [])
        if depth <= 0 or not templates or (chance.random() < 0.15 and kind in LEAVES):
            if kind in LEAVES:
                return Node(kind, [chance.choice(LEAVES[kind])], [])
        template, _, declared = chance.choice(templates).partition(" ;; ")
        types = dict(item.split(":") for item in declared.split(",")) if declared else {}
        parts, kids, rest = [""], [], template
        while rest:
            if rest.startswith(("{{", "}}")):
                parts[-1] += rest[0]
                rest = rest[2:]
            elif rest[0] == "{":
                slot, rest = rest[1:].split("}", 1)
                wanted, _, names = slot.partition("@")
                inner = scope + [(name, types[name]) for name in names.split(",")] if names else scope
                kids.append(self.make(wanted, depth - 1, inner))
                parts.append("")
            else:
                parts[-1] += rest[0]
                rest = rest[1:]
        return Node(kind, parts, kids) if kids else Node(kind, parts, [])

    def expression(self):
        return self.make(self.chance.choice(WHOLE), self.chance.randint(1, 4), [])

    def damaged(self, text):
        """A text with a character more, less or changed."""
        if not text:
            return text
        at = self.chance.randrange(len(text))
        other = self.chance.choice(list("()[]{}.,?:'\"!-+*/%<>=&|ab01 x\\u\n"))
        return self.chance.choice([text[:at] + text[at + 1:], text[:at] + other + text[at:],
                                   text[:at] + other + text[at + 1:]])


class Oracle:
    """A program that answers lines with lines, one after the other, for as long as it runs."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, lines):
        def feed():
            self.process.stdin.write(lines)
            self.process.stdin.flush()
        writer = threading.Thread(target=feed)
        writer.start()
        answers = [json.loads(self.process.stdout.readline() or "{}") for _ in lines.splitlines()]
        writer.join()
        return answers


class Seawall:
    """Reads all lines before it answers: one process for each batch."""

    def __init__(self, command):
        self.command = command

    def ask(self, lines):
        done = subprocess.run(self.command, input=lines, stdout=subprocess.PIPE)
        answers = [json.loads(line) for line in done.stdout.split(b"\n") if line]
        if len(answers) != lines.count(b"\n"):
            sys.exit(f"seawall ended with {done.returncode} at\n{lines.splitlines()[len(answers)].decode()}")
        return answers


def kind_of(answer):
    return next((k for k in ("compile_error", "error", "value") if k in answer), "nothing")


FORMAT_ADDRESS = re.compile(r"\{\w+ 0x[0-9a-f]+ \d+\}")


def same_value(ours, theirs):
    """Equal text; maps of a document in any order, and no addresses of formats."""
    types = (theirs["type"].split(".")[-1], theirs.get("optional_of", "").split(".")[-1])
    if "NamedFormat" in types or FORMAT_ADDRESS.search(theirs["value"]):
        return True
    return ours == theirs["value"] or ("{" in ours and sorted(ours) == sorted(theirs["value"]))


# What the API server writes before the problems of a program; the oracle stands below it.
PROGRAM = "program instantiation failed: "


def difference(ours, theirs, texts):
    """What differs, in a few words; empty when nothing does."""
    kind = kind_of(theirs)
    if kind == "nothing" or "internal error" in theirs.get(kind, ""):
        return ""  # a failure of theirs
    if kind_of(ours) != kind:
        return f"{kind_of(ours)} instead of {kind}"
    if kind == "value" and not same_value(ours["value"], theirs):
        return "value"
    if kind == "value" and ours["type"] != theirs["type"]:
        return "type"
    if kind != "compile_error" and ours["cost"] != theirs["cost"]:
        return "cost"
    if texts and kind != "value" and ours[kind].removeprefix(PROGRAM) != theirs[kind]:
        return "text of " + kind
    return ""


def smaller(node):
    """Trees with one node replaced by a child or by a leaf of its kind."""
    def replace(tree, path, new):
        if not path:
            return new
        kids = list(tree.kids)
        kids[path[0]] = replace(kids[path[0]], path[1:], new)
        return Node(tree.kind, tree.parts, kids)

    def walk(tree, path):
        for kid in tree.kids:
            yield replace(node, path, kid)
        if tree.kids:
            for leaf in LEAVES.get(tree.kind, [])[:6]:
                yield replace(node, path, Node(tree.kind, [leaf], []))
        for i, kid in enumerate(tree.kids):
            yield from walk(kid, path + [i])
    yield from walk(node, [])


class Comparison:
    def __init__(self, arguments):
        self.ours = Seawall([arguments.seawall, "policy", "eval", "--lines"])
        self.theirs = Oracle([arguments.oracle])
        self.arguments = arguments

    def ask(self, expressions, value):
        lines = "".join(json.dumps({"Expr": e, "Object": value, **self.version()}) + "\n"
                        for e in expressions).encode()
        return list(zip(self.ours.ask(lines), self.theirs.ask(lines)))

    def version(self):
        return {"Version": f"1.{self.arguments.minor}"} if self.arguments.minor else {}

    def minimise(self, node, value, what):
        while True:
            candidates = sorted(smaller(node), key=lambda n: (n.size(), len(n.text())))[:400]
            answers = self.ask([c.text() for c in candidates], value)
            for candidate, (ours, theirs) in zip(candidates, answers):
                if difference(ours, theirs, self.arguments.texts) == what and \
                        (candidate.size(), len(candidate.text())) < (node.size(), len(node.text())):
                    node = candidate
                    break
            else:
                return node


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("oracle")
    parser.add_argument("seawall")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minor", type=int, default=0)
    parser.add_argument("--texts", action="store_true")
    parser.add_argument("--all", action="store_true", help="every difference, not one of a kind")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    generator, comparison = Generator(chance), Comparison(arguments)
    kinds, seen, done = collections.Counter(), collections.Counter(), 0
    while done < arguments.count:
        value = random_object(chance)
        nodes = [generator.expression() for _ in range(200)]
        for i in range(0, len(nodes), 20):
            nodes[i] = Node("text", [generator.damaged(nodes[i].text())], [])
        done += len(nodes)
        for node, (ours, theirs) in zip(nodes, comparison.ask([n.text() for n in nodes], value)):
            kinds[kind_of(theirs)] += 1
            what = difference(ours, theirs, arguments.texts)
            if not what:
                continue
            small = comparison.minimise(node, value, what)
            shape = what + " " + "_".join(small.parts)
            seen[shape] += 1
            if seen[shape] > 1 and not arguments.all:
                continue
            ours, theirs = comparison.ask([small.text()], value)[0]
            print(f"{what}: {small.text()}")
            print(f"    ours   {json.dumps(ours, ensure_ascii=False)}")
            print(f"    theirs {json.dumps(theirs, ensure_ascii=False)}", flush=True)
    print(f"{done} expressions: {dict(kinds)}; {sum(seen.values())} differ in {len(seen)} ways")
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main())
