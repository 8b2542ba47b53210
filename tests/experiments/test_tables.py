"""Tables are read exactly, or refused with the row."""

from fractions import Fraction

import pytest

from alignproof.experiments.tables import Answers, read_tables
from alignproof.games.document import InputError
from tests.experiments import market

HEADER = 1


@pytest.fixture
def good():
    return market.rows()


def refusal(folder, groups, models):
    market.write(folder, groups, models)
    with pytest.raises(InputError) as caught:
        read_tables(folder)
    return str(caught.value)


def test_shares_are_counts_by_their_sum(tmp_path, good):
    data = read_tables(market.write(tmp_path, *good))
    panel = data.panel("PART")
    for i, name in enumerate(panel.group_names):
        for y, question in enumerate(panel.questions):
            counts = [r["count"] for r in good[0] if r["group"] == name and r["question_key"] == question.key]
            assert panel.groups[i][y].counts == tuple(counts)
            assert panel.groups[i][y].shares == tuple(Fraction(c, sum(counts)) for c in counts)
    assert not data.synthetic


def test_one_group_or_one_model_is_no_market(tmp_path, good):
    assert "'PART' has one group only" in refusal(tmp_path, [r for r in good[0] if r["group"] == "group 0"], good[1])
    message = refusal(tmp_path, good[0], [r for r in good[1] if r["model"] == "model 0"])
    assert message == "models.csv: 1 models; from 2 to 14 can be looked at"


def test_decimals_without_counts_are_made_to_sum_to_one(tmp_path):
    groups, models = market.rows(questions=1, groups=2, options=(2,))
    groups[0] |= {"p": "0.333333", "count": "", "n": ""}
    groups[1] |= {"p": "0.666666", "count": "", "n": ""}
    answers = read_tables(market.write(tmp_path, groups, models)).panel("PART").groups[0][0]
    assert answers.shares == (Fraction(333333, 999999), Fraction(666666, 999999))
    assert answers.counts is None


def test_other_columns_and_the_other_names_of_the_files(tmp_path, good):
    groups = [row | {"source": "survey", "in_metadata": "1"} for row in good[0]]
    market.write(tmp_path, groups, [row | {"n_samples": 50} for row in good[1]])
    for name in ("groups", "models"):
        (tmp_path / f"{name}.csv").rename(tmp_path / f"{name}_core.csv")
    assert len(read_tables(tmp_path).questions) == 12


def test_models_samples_are_counted_if_their_number_fits(tmp_path):
    groups, models = market.rows(questions=1, groups=2, models=2, options=(3,))
    shares = ("0.30", "0.70", "0.00")
    models = [row | {"q": share, "n_samples": 10} for row, share in zip(models, shares * 2, strict=True)]
    found = read_tables(market.write(tmp_path, groups, models)).panel("PART").models[0][0]
    assert (found.shares, found.counts) == ((Fraction(3, 10), Fraction(7, 10), Fraction(0)), (3, 7, 0))
    for number in (7, 0, ""):  # 3/10 of 7 answers is no whole number
        other = read_tables(market.write(tmp_path, groups, [row | {"n_samples": number} for row in models]))
        assert other.panel("PART").models[0][0] == Answers(found.shares)
    refused = [row | {"n_samples": 10 + k} for k, row in enumerate(models)]
    assert refusal(tmp_path, groups, refused) == "models.csv:3: n_samples is 11, but 10 at models.csv:2"


def test_synthetic_rows_make_synthetic_tables(tmp_path, good):
    market.write(tmp_path, [row | {"source": "synthetic"} for row in good[0]], good[1])
    assert read_tables(tmp_path).synthetic


def test_the_digest_is_of_the_content(tmp_path, good):
    first = read_tables(market.write(tmp_path / "a", *good)).digest
    assert read_tables(market.write(tmp_path / "b", *good)).digest == first
    good[1][0]["q"], good[1][1]["q"] = good[1][1]["q"], good[1][0]["q"]
    assert read_tables(market.write(tmp_path / "c", *good)).digest != first


def test_a_partition_keeps_the_questions_that_all_its_groups_answered(tmp_path, good):
    groups = [row for row in good[0] if (row["group"], row["question_key"]) != ("group 1", "Q3")]
    panel = read_tables(market.write(tmp_path, groups, good[1])).panel("PART")
    assert [q.key for q in panel.questions] == sorted(f"Q{y}" for y in range(12) if y != 3)


def test_the_list_of_partitions_gives_the_order(tmp_path, good):
    market.write(tmp_path, *good)
    (tmp_path / "partitions.csv").write_text("partition,group\nPART,group 2\nPART,group 0\nPART,group 1\n")
    assert read_tables(tmp_path).panel("PART").group_names == ("group 2", "group 0", "group 1")


def test_some_waves_only(tmp_path, good):
    for table in good:
        for row in table:
            row["wave"] = "W1" if row["question_key"] in ("Q0", "Q1") else "W2"
    data = read_tables(market.write(tmp_path, *good))
    assert len(data.panel("PART").questions) == 12
    some = data.only(["W2"], least=5)
    assert [q.key for q in some.panel("PART").questions] == sorted(f"Q{y}" for y in range(2, 12))
    assert some.digest != data.digest
    assert data.only(["W1", "W2"], least=5).panel("PART") == data.panel("PART")
    with pytest.raises(InputError, match="no wave is called 'W3'; known are W1, W2"):
        data.only(["W3"], least=1)
    with pytest.raises(InputError, match="no partition has 3 questions in W1"):
        data.only(["W1"], least=3)


def test_an_unknown_partition_is_refused(tmp_path, good):
    with pytest.raises(InputError, match="no partition is called 'NONE'; known are PART"):
        read_tables(market.write(tmp_path, *good)).panel("NONE")


@pytest.mark.parametrize(
    ("table", "row", "change", "message"),
    [
        (0, 4, {"p": "x"}, "groups.csv:6: p is 'x', not a nonnegative number"),
        (0, 4, {"p": "nan"}, "groups.csv:6: p is 'nan'"),
        (0, 4, {"p": "-0.5"}, "groups.csv:6: p is '-0.5', not a nonnegative number"),
        (0, 4, {"p": "1e999999999"}, "groups.csv:6: p is '1e999999999'"),
        (0, 4, {"p": ""}, "groups.csv:6: p is ''"),
        (0, 0, {"p": "0.9"}, "groups.csv:2: p is 0.9, but count/n is"),
        (0, 4, {"count": "2.5"}, "groups.csv:6: count is '2.5', not a whole number"),
        (0, 4, {"count": "-1"}, "groups.csv:6: count is '-1'"),
        (0, 4, {"n": "1"}, "n is 1, but the counts sum to"),
        (0, 4, {"count": ""}, "groups.csv:6: count is ''"),
        (0, 4, {"group": " "}, "groups.csv:6: group is empty"),
        (0, 4, {"option_index": "0.5"}, "groups.csv:6: option_index is '0.5'"),
        (1, 3, {"q": "1.5"}, "models.csv:5: q is 1.5, more than 1"),
        (1, 3, {"q": "0.55555"}, "q sums to"),
        (1, 3, {"q": "inf"}, "models.csv:5: q is 'inf'"),
        (1, 3, {"option": "another"}, "models.csv:5: option"),
        (1, 3, {"model": "new"}, "models.csv:5"),
    ],
)
def test_a_bad_cell_is_refused_with_its_row(tmp_path, good, table, row, change, message):
    good[table][row] |= change
    assert message in refusal(tmp_path, *good)


def test_a_sum_off_by_rounding_is_fine_and_by_more_is_not(tmp_path, good):
    models = good[1]
    first = [row for row in models if row["question_key"] == "Q0" and row["model"] == "model 0"]
    for row in first:
        row["q"] = 0
    first[0]["q"], first[1]["q"] = "0.499999", "0.499995"
    read_tables(market.write(tmp_path, *good))
    first[1]["q"] = "0.49998"
    assert "models.csv:2: q sums to 0.999979 over the" in refusal(tmp_path, *good)


def test_a_repeated_row_is_refused(tmp_path, good):
    good[0].insert(5, good[0][2])
    assert refusal(tmp_path, *good) == "groups.csv:7: option " + str(good[0][2]["option_index"]) + (
        " is there already (groups.csv:4)"
    )


def test_a_repeated_option_is_refused(tmp_path, good):
    good[0][1]["option"] = good[0][0]["option"]
    assert refusal(tmp_path, *good) == "groups.csv:3: the option 'option 0' is there already (groups.csv:2)"


@pytest.mark.parametrize("table", [0, 1])
def test_an_option_missing_on_one_side_is_refused(tmp_path, good, table):
    wanted = {"question_key": "Q1", "option": "option 0"}
    good[table][:] = [row for row in good[table] if not all(row[k] == v for k, v in wanted.items())]
    assert "option 0, 'option 0', is" in refusal(tmp_path, *good)


def test_a_model_that_skips_a_question_is_refused(tmp_path, good):
    good[1][:] = [row for row in good[1] if (row["model"], row["question_key"]) != ("model 1", "Q4")]
    message = refusal(tmp_path, *good)
    place = next(at for at, row in enumerate(good[0]) if row["question_key"] == "Q4")
    assert message == f"groups.csv:{place + 1 + HEADER}: the model 'model 1' did not answer this question"


def test_a_question_that_no_group_answered_is_refused(tmp_path, good):
    good[0][:] = [row for row in good[0] if row["question_key"] != "Q0"]
    assert refusal(tmp_path, *good) == "models.csv:2: no group answered the question 'Q0' of wave 'W1'"


def test_an_empty_partition_is_refused(tmp_path, good):
    good[0][:] = [row for row in good[0] if (row["group"] == "group 0") == (int(row["question_key"][1:]) < 6)]
    assert "the partition 'PART' is empty: no question was answered by all its groups" in refusal(tmp_path, *good)


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("PART,group 0\nPART,group 1\n", "partitions.csv lists no group 'group 2' in 'PART'"),
        ("PART,group 0\nPART,group 1\nPART,group 2\nNEW,x\n", "partitions.csv:5: the partition 'NEW' is empty"),
        ("PART,group 0\nPART,group 0\n", "partitions.csv:3: the group is there already (partitions.csv:2)"),
    ],
)
def test_unknown_groups_and_empty_partitions_are_refused(tmp_path, good, listed, message):
    (tmp_path / "partitions.csv").write_text("partition,group\n" + listed)
    assert message in refusal(tmp_path, *good)


def test_a_group_that_the_survey_does_not_have_is_refused(tmp_path, good):
    groups = [row | {"in_metadata": "0" if row["group"] == "group 1" else "1"} for row in good[0]]
    assert "the survey has no group 'group 1' in 'PART'" in refusal(tmp_path, groups, good[1])


def test_files_that_are_no_tables(tmp_path, good):
    with pytest.raises(InputError, match=r"there is no groups\.csv or groups_core\.csv"):
        read_tables(tmp_path)
    market.write(tmp_path, *good)
    whole = (tmp_path / "groups.csv").read_bytes()
    for content, message in (
        (b"", "no column is called 'wave'"),
        (whole.split(b"\n")[0] + b"\n", "groups.csv: no rows"),
        (whole.replace(b"option 1", b"\xff\xfe", 1), "not UTF-8 text"),
        (whole + b"a,b\n", "2 cells, not 9"),
        (whole + b'"a\n', "not CSV"),
        (whole.replace(b"question_key", b"key", 1), "no column is called 'question_key'"),
    ):
        (tmp_path / "groups.csv").write_bytes(content)
        with pytest.raises(InputError, match=message):
            read_tables(tmp_path)
    (tmp_path / "groups.csv").write_bytes(whole)
    (tmp_path / "groups_core.csv").write_bytes(whole)
    with pytest.raises(InputError, match="there are both"):
        read_tables(tmp_path)
