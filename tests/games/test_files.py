import json
import time
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alignproof import strategies
from alignproof.formats.documents import dump, game_document, profile_document, ties_document
from alignproof.games.document import InputError, parse
from alignproof.games.files import load_game, read_game, read_game_file
from alignproof.games.model import common_ties
from tests.documents import DELETE, DOCUMENT, example, mutated, put, read

MODERATE = settings(deadline=None, max_examples=60)
SLOWEST = 2.0


def refused(data):
    """The InputError that ``data`` meets, with a one-line message and before long."""
    start = time.perf_counter()
    with pytest.raises(InputError) as caught:
        read_game_file(parse(data))
    assert time.perf_counter() - start < SLOWEST
    error = caught.value
    assert str(error) == f"{error.path}: {error.reason}"
    assert str(error).isprintable()
    assert len(str(error)) < 500
    return error


def test_the_example_is_read():
    game, profile = read(example())
    assert game.name == "example"
    assert (game.states, game.messages, game.protocol) == (("dry", "wet"), ("yes", "no"), "UP")
    assert game.user_names == ("Ann", "Bob")
    assert game.provider_names == ("first", "second")
    assert game.users[1].utility == ((Fraction(1, 2), Fraction(1, 2)), (1, 0))
    assert game.providers[0].payoff.value((0, 1), 1) == Fraction(1, 4) + Fraction(1, 8)
    # Rows of the table name actions; Bob lists "stay" first.
    assert game.providers[1].payoff.value((0, 0), 0) == 0
    assert game.providers[1].payoff.value((0, 1), 0) == 1
    assert [atom.user_features for atom in game.prior] == [(0, 0), (0, 1)]
    assert [atom.provider_features for atom in game.prior] == [(0, 0), (1, 0)]
    assert game.ties.providers == ((1, 0), (1, 0))
    assert game.ties.actions == (((0, 1), (1, 0)), ((0, 1), (0, 1)))
    assert game.ties.messages == (((1, 0),) * 2,) * 2
    assert profile.play == "anonymous"
    assert profile.rules[0][0] == profile.rules[0][1]
    assert profile.rules[0][0][0, (1,)] == (Fraction(1, 2), Fraction(1, 2))
    assert profile.rules[1][0][0, (0,)] == (0, 1)


def test_one_order_of_actions_holds_for_users_with_different_actions():
    document = example()
    document["ties"] = {"actions": ["stay", "go"]}
    game, _ = read(document)
    assert game.ties.actions == (((1, 0),) * 2, ((0, 1),) * 2)
    assert game.ties.providers == ((0, 1),) * 2
    del document["ties"]
    assert read(document)[0].ties == common_ties(game.users, 2, 2)


def test_optional_parts_may_be_left_out():
    document = example()
    for key in ("name", "ties", "profile"):
        del document[key]
    game, profile = read(document)
    assert (game.name, profile) == ("", None)


def test_a_personalised_profile_has_a_rule_per_user():
    document = example()
    rules = document["profile"]["rules"]
    document["profile"] = {"play": "personalized", "rules": [[row, row] for row in rules]}
    document["profile"]["rules"][0][1] = rules[0][::-1]
    assert read(document)[1].rules == read(example())[1].rules


@MODERATE
@given(strategies.markets())
def test_games_and_profiles_survive_their_documents(market):
    game, profile = market
    document = game_document(game)
    assert read_game(parse(dump(document).encode())) == game
    document["profile"] = profile_document(game, profile)
    assert read_game_file(parse(dump(document).encode())) == (game, profile)
    document["ties"] = ties_document(game)
    assert read_game_file(parse(dump(document).encode())) == (game, profile)


def test_a_game_is_loaded_from_a_file(tmp_path):
    path = tmp_path / "game.json"
    path.write_text(json.dumps(example()), encoding="utf-8")
    assert load_game(path) == read(example())
    assert load_game(str(path)) == read(example())


BAD_NUMBERS = {
    "bare integer": 1,
    "float": 0.5,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
    "null": None,
    "boolean": True,
    "array": ["1"],
    "object": {"p": "1", "q": "2"},
    "empty": "",
    "decimal": "0.5",
    "exponent": "1e3",
    "plus sign": "+1",
    "negative denominator": "1/-2",
    "two slashes": "1/2/3",
    "no denominator": "1/",
    "no numerator": "/2",
    "only a sign": "-",
    "spaces": " 1",
    "trailing space": "1 ",
    "trailing newline": "1\n",
    "inner space": "1 /2",
    "underscore": "1_000",
    "hexadecimal": "0x1",
    "Arabic-Indic digit": "\u0661",
    "fullwidth digit": "\uff11",
    "superscript digit": "\u00b2",
    "fraction character": "\u00bd",
    "minus character": "\u22121",
    "fraction slash": "1\u20442",
    "zero-width space": "1\u200b",
    "NUL": "1\x00",
    "infinity": "inf",
    "nan": "nan",
    "zero denominator": "1/0",
    "zero over zero": "0/0",
    "long zero denominator": "1/000",
    "long number": "1" * 1001,
    "very long number": "1" * 10_000_000,
    "very long fraction": "1/" + "3" * 10_000_000,
}


@pytest.mark.parametrize("value", BAD_NUMBERS.values(), ids=BAD_NUMBERS)
@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (("users", 0, "utility", 1, 0), "$.users[0].utility[1][0]"),
        (("prior", 1, "probability"), "$.prior[1].probability"),
        (("providers", 0, "payoff", "constant"), "$.providers[0].payoff.constant"),
        (("profile", "rules", 1, 0, "send", "no"), "$.profile.rules[1][0].send.no"),
    ],
)
def test_a_bad_number_is_refused(path, shown, value):
    document = example()
    put(document, path, value)
    assert refused(json.dumps(document).encode()).path == shown


GOOD_NUMBERS = {"1/4": "2/8", "zeros": "001/0004", "minus zero": "-0", "one": "4/4"}


@pytest.mark.parametrize("value", GOOD_NUMBERS.values(), ids=GOOD_NUMBERS)
def test_rationals_need_not_be_in_lowest_terms(value):
    document = example()
    document["users"][0]["utility"][1][0] = value
    assert read(document)[0].users[0].utility[1][0] == Fraction(value)


def test_a_very_long_bare_number_is_refused():
    text = json.dumps(example())
    for number in ("1" * 10_000_000, "0." + "1" * 10_000_000, "-1e" + "9" * 1_000_000):
        data = text.replace('"1/4"', number, 1).encode()
        assert len(data) > len(number)
        assert refused(data).path == "$.users[0].utility[1][0]"


RULE = ("profile", "rules", 0)
FAULTS = [
    # Structure: keys and sizes.
    (("format",), "alignproof-game/2", "$.format", "expected 'alignproof-game/1'"),
    (("format",), DELETE, "$", "the key 'format' is missing"),
    (("states",), DELETE, "$", "'states' is missing"),
    (("prior",), DELETE, "$", "'prior' is missing"),
    (("users", 0, "utility"), DELETE, "$.users[0]", "'utility' is missing"),
    (("providers", 1, "payoff"), DELETE, "$.providers[1]", "'payoff' is missing"),
    (("providers", 0, "payoff", "constant"), DELETE, "$.providers[0].payoff", "'constant' is missing"),
    (("prior", 1, "users"), DELETE, "$.prior[1]", "'users' is missing"),
    (("profile", "play"), DELETE, "$.profile", "'play' is missing"),
    ((*RULE, 0, "send"), DELETE, "$.profile.rules[0][0]", "'send' is missing"),
    (("colour",), "red", "$.colour", "unknown key"),
    (("users", 1, "weight"), "1", "$.users[1].weight", "unknown key"),
    (("providers", 0, "payoff", "table"), [], "$.providers[0].payoff.weights", "unknown key"),
    (("providers", 1, "payoff", "table", 0, "p"), "1", "$.providers[1].payoff.table[0].p", "unknown key"),
    (("prior", 0, "note"), None, "$.prior[0].note", "unknown key"),
    (("ties", "states"), [], "$.ties.states", "unknown key"),
    (("profile", "name"), "x", "$.profile.name", "unknown key"),
    (("states",), {}, "$.states", "expected an array, found an object"),
    (("users",), "Ann", "$.users", "expected an array, found a string"),
    (("users", 0), [], "$.users[0]", "expected an object, found an array"),
    (("providers", 0, "payoff"), None, "$.providers[0].payoff", "expected an object, found null"),
    (("ties",), [], "$.ties", "expected an object, found an array"),
    (("ties",), None, "$.ties", "expected an object, found null"),
    (("profile",), "silent", "$.profile", "expected an object, found a string"),
    (("messages",), True, "$.messages", "expected an array, found a boolean"),
    (("users", 0, "utility", 1, 2), "0", "$.users[0].utility[1]", "expected 2 items, found 3"),
    (("users", 0, "utility", 1), DELETE, "$.users[0].utility", "expected 2 items, found 1"),
    (("providers", 0, "payoff", "weights", 0), DELETE, "$.providers[0].payoff.weights", "expected 2 items"),
    (("providers", 0, "payoff", "parts", 1), DELETE, "$.providers[0].payoff.parts", "expected 2 items"),
    (("providers", 0, "payoff", "parts", 1, 0, 1), DELETE, "$.providers[0].payoff.parts[1][0]", "expected 2 items"),
    (("providers", 1, "payoff", "table", 2, "values", 1), DELETE, "$.providers[1].payoff.table[2].values", "2 items"),
    (("providers", 1, "payoff", "table", 2, "actions", 1), DELETE, "$.providers[1].payoff.table[2].actions", "2 items"),
    (("prior", 0, "users", 1), DELETE, "$.prior[0].users", "expected 2 items"),
    (("prior", 0, "providers", 2), "-", "$.prior[0].providers", "expected 2 items, found 3"),
    (("profile", "rules", 1), DELETE, "$.profile.rules", "expected 2 items"),
    # Names.
    (("states", 1), "dry", "$.states[1]", "'dry' is repeated"),
    (("states", 0), "", "$.states[0]", "the name is empty"),
    (("states",), [], "$.states", "from 1 to"),
    (("messages",), [], "$.messages", "from 1 to"),
    (("messages", 1), "yes", "$.messages[1]", "repeated"),
    (("users",), [], "$.users", "at least one"),
    (("providers",), [], "$.providers", "at least one"),
    (("users", 1, "name"), "Ann", "$.users", "distinct"),
    (("providers", 1, "name"), "first", "$.providers", "distinct"),
    (("users", 0, "features"), [], "$.users[0].features", "from 1 to"),
    (("users", 0, "actions"), [], "$.users[0].actions", "from 1 to"),
    (("users", 0, "actions", 1), "go", "$.users[0].actions[1]", "repeated"),
    (("users", 1, "features", 1), "old", "$.users[1].features[1]", "repeated"),
    (("users", 0, "name"), 7, "$.users[0].name", "expected a string"),
    (("name",), "n" * 201, "$.name", "at most 200"),
    (("states", 0), "n" * 10_000_000, "$.states[0]", "at most 200"),
    (("states", 0), ["dry"], "$.states[0]", "expected a string, found an array"),
    # Prior.
    (("prior",), [], "$.prior", "the probabilities sum to 0, not 1"),
    (("prior", 0, "probability"), "1/3", "$.prior", "sum to 5/6, not 1"),
    (("prior", 0, "probability"), "-1/2", "$.prior[0].probability", "negative"),
    (("prior", 0, "state"), "snow", "$.prior[0].state", "'snow' is none of dry, wet"),
    (("prior", 1, "users", 1), "young", "$.prior[1].users[1]", "'young' is none of old, new"),
    (("prior", 1, "providers", 0), "-", "$.prior[1].providers[0]", "none of"),
    (("prior", 1), DOCUMENT["prior"][0], "$.prior[1]", "repeated"),
    (("prior", 0, "probability"), "1/" + "7" * 900, "$.prior", "not 1"),
    # Utilities and payoffs.
    (("users", 1, "utility", 0, 1), "3/2", "$.users[1].utility[0][1]", "[0, 1]"),
    (("users", 1, "utility", 0, 1), "-1/2", "$.users[1].utility[0][1]", "[0, 1]"),
    (("providers", 0, "payoff", "constant"), "1/2", "$.providers[0].payoff", "[0, 1]"),
    (("providers", 0, "payoff", "constant"), "-1/8", "$.providers[0].payoff", "[0, 1]"),
    (("providers", 0, "payoff", "constant"), "9" * 490 + "/" + "7" * 490, "$.providers[0].payoff", "[0, 1]"),
    (("providers", 0, "payoff", "weights", 0), "-1/2", "$.providers[0].payoff.weights[0]", "negative"),
    (("providers", 0, "payoff", "parts", 1, 0, 1), "-1", "$.providers[0].payoff.parts[1][0][1]", "negative"),
    (("providers", 1, "payoff", "table", 0, "values", 0), "5/4", "$.providers[1].payoff.table[0].values[0]", "[0, 1]"),
    (("providers", 1, "payoff", "table", 0, "values", 0), "-1", "$.providers[1].payoff.table[0].values[0]", "[0, 1]"),
    (("providers", 1, "payoff", "table", 3), DELETE, "$.providers[1].payoff.table", "all 4 action profiles, found 3"),
    (("providers", 1, "payoff", "table", 3, "actions", 1), "stay", "$.providers[1].payoff.table[3]", "repeated"),
    (("providers", 1, "payoff", "table", 3, "actions", 1), "run", "$.providers[1].payoff.table[3].actions[1]", "'run'"),
    (("providers", 1, "payoff", "table"), [], "$.providers[1].payoff.table", "all 4 action profiles, found 0"),
    # Protocol.
    (("protocol",), "", "$.protocol", "P and U"),
    (("protocol",), "UPX", "$.protocol", "P and U"),
    (("protocol",), "up", "$.protocol", "P and U"),
    (("protocol",), "U P", "$.protocol", "P and U"),
    (("protocol",), "\u03a1\u0420", "$.protocol", "P and U"),
    (("protocol",), "P" * 30, "$.protocol", ""),
    (("protocol",), "P" * 200, "$.protocol", ""),
    (("protocol",), ["U", "P"], "$.protocol", "expected a string"),
    # Ties.
    (("ties", "providers"), ["first"], "$.ties.providers", "expected 2 items"),
    (("ties", "providers"), ["first", "first"], "$.ties.providers", "repeated"),
    (("ties", "providers"), ["first", "third"], "$.ties.providers[1]", "'third'"),
    (("ties", "providers"), [["first", "second"]], "$.ties.providers", "expected 2 items"),
    (("ties", "providers"), [["first", "second"], "second"], "$.ties.providers[1]", "expected an array"),
    (("ties", "providers"), [], "$.ties.providers", "expected 2 items"),
    (("ties", "actions"), ["go", "run"], "$.ties.actions[1]", "'run' is none of go, stay"),
    (("ties", "actions", 0, 1, 0), "run", "$.ties.actions[0][1][0]", "'run'"),
    (("ties", "actions", 0, 1), DELETE, "$.ties.actions[0]", "expected 2 items"),
    (("ties", "actions", 1, 0, 1), "stay", "$.ties.actions[1][0]", "repeated"),
    (("ties", "messages"), [["yes", "no"], ["yes", "no"]], "$.ties.messages[0][0]", "expected an array"),
    (("ties", "messages"), ["yes", "maybe"], "$.ties.messages[1]", "'maybe'"),
    (("ties", "messages"), {"yes": 1}, "$.ties.messages", "expected an array"),
    # Rules.
    (("profile", "play"), "private", "$.profile.play", "'private'"),
    (("profile", "play"), "personalized", "$.profile.rules[0]", "expected 2 items, found 4"),
    ((*RULE, 3), DELETE, "$.profile.rules[0]", "expected 4 cases"),
    (RULE, [], "$.profile.rules[0]", "expected 4 cases"),
    ((*RULE, 3, "after", 0), "yes", "$.profile.rules[0][3]", "repeated"),
    ((*RULE, 0, "after"), [], "$.profile.rules[0][0]", "does not speak"),
    ((*RULE, 0, "after"), DELETE, "$.profile.rules[0][0]", "does not speak"),
    ((*RULE, 0, "after"), ["yes", "no"], "$.profile.rules[0][0]", "does not speak"),
    ((*RULE, 0, "after"), ["maybe"], "$.profile.rules[0][0].after[0]", "'maybe'"),
    ((*RULE, 0, "feature"), "snow", "$.profile.rules[0][0].feature", "'snow'"),
    ((*RULE, 1, "send", "no"), "1/3", "$.profile.rules[0][1].send", "sum to 5/6, not 1"),
    ((*RULE, 1, "send", "no"), "-1/2", "$.profile.rules[0][1].send.no", "negative"),
    ((*RULE, 1, "send"), {}, "$.profile.rules[0][1].send", "sum to 0, not 1"),
    ((*RULE, 1, "send", "maybe"), "0", "$.profile.rules[0][1].send.maybe", "no such message"),
    ((*RULE, 1, "send"), ["1/2", "1/2"], "$.profile.rules[0][1].send", "expected an object"),
]


@pytest.mark.parametrize(
    ("place", "value", "path", "reason"), FAULTS, ids=[f"{k}:{f[2]}" for k, f in enumerate(FAULTS)]
)
def test_a_fault_is_refused_where_it_is(place, value, path, reason):
    document = example()
    put(document, place, value)
    error = refused(json.dumps(document).encode())
    assert (error.path, reason in error.reason) == (path, True), str(error)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b" \n", "not JSON"),
        (b"{", "not JSON"),
        (json.dumps(DOCUMENT).encode()[:-1], "not JSON"),
        (json.dumps(DOCUMENT).encode()[:200], "not JSON"),
        (json.dumps(DOCUMENT).encode() + b"{}", "not JSON"),
        (json.dumps(DOCUMENT).replace('"', "'").encode(), "not JSON"),
        (b'{"a": "b\n"}', "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (json.dumps(DOCUMENT).encode("utf-16"), "not UTF-8"),
        (b'{"name": "caf\xe9"}', "not UTF-8"),
        (b'{"name": "\xed\xa0\x80"}', "not UTF-8"),
        (b"[]", "expected an object"),
        (b"null", "expected an object, found null"),
        (b"1", "expected an object, found the number 1"),
        (b"NaN", "expected an object, found the number NaN"),
        (b'"alignproof-game/1"', "expected an object"),
        (b"[" * 100 + b"]" * 100, "nested deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested deeper"),
    ],
    ids=lambda _: "",
)
def test_what_is_not_strict_shallow_json_is_refused(data, reason):
    error = refused(data)
    assert error.path.startswith("$")
    assert reason in error.reason


@pytest.mark.parametrize("levels", [41, 100])
def test_deep_nesting_inside_a_document_is_refused(levels):
    document = example()
    deep = []
    for _ in range(levels):
        deep = [deep]
    document["states"] = deep
    error = refused(json.dumps(document).encode())
    assert "nested deeper than 40 levels" in error.reason
    assert error.path.startswith("$.states[0][0]")


@pytest.mark.parametrize(
    ("text", "repeated", "path"),
    [
        ('"format":', '"format": "x", "format":', "$"),
        ('"name": "Ann"', '"name": "Ann", "name": "Ann"', "$.users[0]"),
        ('"constant":', '"constant": "0", "constant":', "$.providers[0].payoff"),
        ('"probability": "1/2", "state": "wet"', '"state": "dry", "probability": "1/2", "state": "wet"', "$.prior[1]"),
        ('"send": {"yes": "1"}', '"send": {"yes": "1/2", "yes": "1/2"}', "$.profile.rules[0][0].send"),
        ('"play":', '"\\u0070lay": "anonymous", "play":', "$.profile"),
    ],
)
def test_a_repeated_key_is_refused(text, repeated, path):
    data = json.dumps(DOCUMENT)
    assert text in data
    error = refused(data.replace(text, repeated, 1).encode())
    assert error.path == path
    assert "is repeated" in error.reason


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(InputError) as error:
            load_game(path)
        assert error.value.path == str(path)
        assert error.value.reason.startswith("cannot be read: ")
    empty = tmp_path / "empty.json"
    empty.touch()
    with pytest.raises(InputError, match="not JSON"):
        load_game(empty)


def test_a_file_that_is_too_large_is_refused(tmp_path):
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    with pytest.raises(InputError, match="larger than 16 MiB"):
        load_game(large)


def test_long_conversations_with_one_message_are_read():
    document = example()
    document |= {"messages": ["yes"], "protocol": "P" * 50}
    del document["ties"], document["profile"]
    assert len(read(document)[0].protocol) == 50


STRANGE = ["a\nb", "a\r\u2028b", "\x1b[31m", "\ud800"]


@pytest.mark.parametrize("name", STRANGE)
def test_strange_keys_do_not_break_messages(name):
    document = example()
    document[name] = "1"
    refused(json.dumps(document).encode())


@pytest.mark.parametrize("name", STRANGE)
def test_strange_names_do_not_break_messages(name):
    document = example()
    document["messages"][0] = name
    document["ties"]["messages"] = ["maybe", "no"]
    refused(json.dumps(document).encode())


def test_many_probabilities_with_long_denominators_are_refused_in_time():
    document = example()
    count = 100
    document["users"][1]["features"] = [str(k) for k in range(count)]
    atom = document["prior"][0]
    document["prior"] = [
        atom | {"probability": f"1/{10**990 + 2 * k + 1}", "users": ["-", str(k)]} for k in range(count)
    ]
    refused(json.dumps(document).encode())


def read_or_refuse(data):
    """What is read, and the error if it is refused."""
    try:
        return read_game_file(parse(data)), None
    except InputError as error:
        return None, error


@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_mutated_document_is_read_or_refused(document):
    found, error = read_or_refuse(json.dumps(document).encode())
    if error is not None:
        assert error.path.startswith("$")
        assert error.reason
        return
    game, profile = found
    again = game_document(game)
    if profile is not None:
        again["profile"] = profile_document(game, profile)
    assert read(again) == (game, profile)


@MODERATE
@given(st.data())
def test_bytes_are_read_or_refused(data):
    text = json.dumps(DOCUMENT).encode()
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 20)))
    found, error = read_or_refuse(text[:start] + data.draw(st.binary(max_size=4)) + text[stop:])
    assert (found is None) == (error is not None)
    assert error is None or error.reason
