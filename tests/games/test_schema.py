import copy
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from alignproof import strategies
from alignproof.formats.documents import dump, game_document, profile_document, ties_document
from alignproof.games.document import InputError, parse
from alignproof.games.files import GAME_FORMAT, read_game_file
from tests.documents import DELETE, DOCUMENT, example, mutated, put, read

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/reference/game.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["format"]["const"] == GAME_FORMAT


def test_every_object_of_the_schema_names_its_keys():
    def objects(part):
        if isinstance(part, dict):
            if "required" in part and part.keys() != {"required"}:
                yield part
            for child in part.values():
                yield from objects(child)
        if isinstance(part, list):
            for child in part:
                yield from objects(child)

    found = list(objects(SCHEMA))
    assert len(found) > 5
    for part in found:
        assert set(part["required"]) <= set(part["properties"])
        assert part["additionalProperties"] is False


@settings(deadline=None, max_examples=60)
@given(strategies.markets())
def test_written_documents_are_valid(market):
    game, profile = market
    document = game_document(game)
    VALIDATOR.validate(json.loads(dump(document)))
    VALIDATOR.validate(document | {"profile": profile_document(game, profile), "ties": ties_document(game)})


def test_the_example_is_valid():
    VALIDATOR.validate(DOCUMENT)


REFUSED = [
    (("format",), DELETE),
    (("format",), "alignproof-game/2"),
    (("messages",), DELETE),
    (("protocol",), DELETE),
    (("users", 0, "actions"), DELETE),
    (("providers", 0, "payoff", "weights"), DELETE),
    (("prior", 0, "probability"), DELETE),
    (("profile", "rules"), DELETE),
    (("profile", "rules", 0, 0, "feature"), DELETE),
    (("colour",), "red"),
    (("users", 0, "weight"), "1"),
    (("providers", 0, "payoff", "table"), []),
    (("providers", 1, "payoff", "weights"), ["1", "1"]),
    (("providers", 1, "payoff", "table", 0, "p"), "1"),
    (("prior", 0, "note"), "x"),
    (("ties", "states"), ["dry", "wet"]),
    (("profile", "name"), "x"),
    (("profile", "rules", 0, 0, "p"), "1"),
    (("states",), []),
    (("states",), "dry"),
    (("states", 0), ""),
    (("states", 0), "n" * 201),
    (("states", 0), None),
    (("states", 0), "dry\n"),
    (("users", 0, "name"), "\x1b[31mAnn"),
    (("states", 1), "dry"),
    (("messages",), []),
    (("users",), []),
    (("users",), {}),
    (("users", 0), "Ann"),
    (("users", 0, "name"), 1),
    (("users", 0, "features"), []),
    (("users", 0, "utility"), []),
    (("users", 0, "utility", 0, 0), 1),
    (("users", 0, "utility", 0, 0), 0.5),
    (("users", 0, "utility", 0, 0), "0.5"),
    (("users", 0, "utility", 0, 0), "-1/2"),
    (("users", 0, "utility", 0, 0), "1/0"),
    (("users", 0, "utility", 0, 0), "1/-2"),
    (("users", 0, "utility", 0, 0), " 1"),
    (("users", 0, "utility", 0, 0), "\u0661"),
    (("users", 0, "utility", 0, 0), "1" * 1001),
    (("providers",), []),
    (("providers", 0, "payoff"), []),
    (("providers", 0, "payoff", "constant"), None),
    (("providers", 0, "payoff", "weights", 0), "-1"),
    (("providers", 1, "payoff", "table"), []),
    (("providers", 1, "payoff", "table", 0, "values", 0), "-1"),
    (("protocol",), ""),
    (("protocol",), "UPX"),
    (("protocol",), ["U", "P"]),
    (("prior",), []),
    (("prior", 0, "probability"), "-1/2"),
    (("prior", 0, "probability"), 0.5),
    (("prior", 0, "users"), "old"),
    (("ties",), []),
    (("ties", "providers"), []),
    (("ties", "providers"), "first"),
    (("ties", "providers"), ["first", "first"]),
    (("ties", "providers"), [["first", "second"], "second"]),
    (("ties", "messages"), [["yes", "no"], ["yes", "no"]]),
    (("ties", "messages"), ["yes", "yes"]),
    (("profile",), None),
    (("profile", "play"), "private"),
    (("profile", "play"), "personalized"),
    (("profile", "rules"), []),
    (("profile", "rules", 0), {}),
    (("profile", "rules", 0, 0, "after"), "yes"),
    (("profile", "rules", 0, 0, "send"), {}),
    (("profile", "rules", 0, 0, "send"), ["1", "0"]),
    (("profile", "rules", 0, 0, "send", "yes"), "-1"),
    (("profile", "rules", 0, 0, "send", "yes"), 1),
]


@pytest.mark.parametrize(("place", "value"), REFUSED, ids=[".".join(map(str, place)) for place, _ in REFUSED])
def test_bad_structure_is_refused_by_schema_and_reader(place, value):
    document = example()
    put(document, place, value)
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(InputError):
        read(document)


def test_an_anonymous_and_a_personalised_profile_differ_in_depth():
    document = example()
    rules = document["profile"]["rules"]
    document["profile"] = {"play": "personalized", "rules": [[row, row] for row in rules]}
    assert VALIDATOR.is_valid(document)
    assert read(document)[1].play == "personalized"
    document["profile"]["play"] = "anonymous"
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(InputError):
        read(document)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_what_is_read_is_valid(document):
    try:
        read(document)
    except InputError:
        return
    assert VALIDATOR.is_valid(document)


def test_the_longest_number_is_accepted_by_schema_and_reader():
    document = example()
    document["users"][0]["utility"][0][0] = "1" * 499 + "/" + "1" * 500
    assert VALIDATOR.is_valid(document)
    assert read(document)[0].users[0].utility[0][0] < 1


def test_what_the_schema_cannot_see_is_left_to_the_reader():
    document = copy.deepcopy(DOCUMENT)
    document["prior"][0]["probability"] = "1/3"
    assert VALIDATOR.is_valid(document)
    with pytest.raises(InputError, match="sum to 5/6"):
        read_game_file(parse(json.dumps(document).encode()))


def test_published_examples_are_valid():
    for path in (Path(__file__).parents[2] / "examples").glob("*.json"):
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.get("format") == GAME_FORMAT:
            VALIDATOR.validate(document)
