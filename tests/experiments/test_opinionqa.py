"""The authors' layout, made up small: what is read, left out and refused."""

import csv
import json
import math

import pytest

from alignproof.experiments.opinionqa import import_opinionqa
from alignproof.experiments.tables import read_tables
from alignproof.games.document import InputError
from tests.experiments.market import read

QUESTIONS = {
    "JOBS_W26": ("Are jobs easy to find?", ["Yes, easy", "No", "Refused"], "[1.0, 2.0]"),
    "FEEL_W26": ("How do you feel?", ["Good", "Bad", "So-so", "Refused"], "[1.0, 2.0, 1.5]"),
    "LONE_W26": ("Asked of no model?", ["Yes", "No", "Refused"], "[1.0, 2.0]"),
}
GROUPS = {"SEX": ["Male", "Female"], "AGE": ["18-29", "65+"]}
MODELS = ("openai_davinci", "ai21_j1-grande")


def request(key, logs):
    text, options, _ = QUESTIONS[key]
    return {
        "instance": {
            "id": f"id-{key}",
            "input": {"text": text},
            "references": [{"output": {"text": option}, "tags": []} for option in options],
        },
        "output_mapping": dict(zip("ABCD", options, strict=False)),
        "request": {"prompt": f"Question: {text}"},
        "result": {"completions": [{"text": " A", "tokens": [{"text": " A", "top_logprobs": logs}]}]},
    }


def run_name(model, survey="Pew_American_Trends_Panel_W26", context="default"):
    return f"opinions_qa:survey={survey},num_logprobs=100,context={context},num_train_trials=1,model={model}"


@pytest.fixture
def tree(tmp_path):
    """A folder like the published one; the tests change it before reading it."""
    wave = tmp_path / "data" / "human_resp" / "American_Trends_Panel_W26"
    wave.mkdir(parents=True)
    (wave.parent / ".DS_Store").write_bytes(b"\0")
    (wave.parent / "Pew_American_Trends_Panel_disagreement_500").mkdir()
    with (wave / "info.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", "key", "option_mapping", "question", "references", "option_ordinal"])
        for number, (key, (text, options, ordinal)) in enumerate(QUESTIONS.items()):
            writer.writerow([number, key, "{}", text, repr(options), ordinal])
    with (wave / "metadata.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["", "key", "options"], *[[n, k, repr(v)] for n, (k, v) in enumerate(GROUPS.items())]])
    for partition, groups in GROUPS.items():
        answers = {
            key: {"MC_options": options, "question_text": text}
            | {group: {o: float(3 + n + len(o) + len(group)) for n, o in enumerate(options)} for group in groups}
            | {"Refused": {"Refused": 2.0}}
            for key, (text, options, _) in QUESTIONS.items()
        }
        (wave / f"{partition}_data.json").write_text(json.dumps(answers))
    (wave / "SEX_AGE_data.json").write_text("{}")
    for model in MODELS:
        folder = tmp_path / "data" / "runs" / run_name(model)
        folder.mkdir(parents=True)
        states = [
            request("JOBS_W26", {" A": math.log(0.5), "A": math.log(0.1), " B": math.log(0.25), " C": math.log(0.05)}),
            request("FEEL_W26", {" A": math.log(0.6), "B": math.log(0.2), "x": math.log(0.1)}),
        ]
        (folder / "scenario_state.json").write_text(json.dumps({"request_states": states}))
    return tmp_path


def wave_of(tree):
    return tree / "data" / "human_resp" / "American_Trends_Panel_W26"


def change(path, edit):
    value = json.loads(path.read_text())
    edit(value)
    path.write_text(json.dumps(value))


def runs_of(tree, model=MODELS[0]):
    return tree / "data" / "runs" / run_name(model) / "scenario_state.json"


def test_the_tree_becomes_tables(tree, tmp_path):
    summary = import_opinionqa(tree, tmp_path / "out")
    assert (summary.questions, summary.groups, set(summary.models)) == (2, 4, set(MODELS))
    assert summary.left_out == {
        "files of crossed or unknown partitions": 1,
        "questions that some model did not answer": 1,
    }
    data = read_tables(tmp_path / "out")
    assert data.partitions == {"AGE": ("18-29", "65+"), "SEX": ("Male", "Female")}
    assert data.questions["W26", "JOBS_W26"].options == ("Yes, easy", "No")
    male = data.group_answers["SEX", "Male"]["W26", "JOBS_W26"]
    assert male.counts == (3 + 9 + 4, 3 + 1 + 2 + 4)  # the refusals are gone
    q = data.model_answers[MODELS[0]]["W26", "JOBS_W26"].shares
    assert [float(share) for share in q] == pytest.approx([2 / 3, 1 / 3], abs=1e-11)


def test_an_option_without_a_token_shares_what_is_missing(tree, tmp_path):
    """0.1 is missing from 1 and two options (So-so, Refused) have no token, so 0.05 each; "x" is the least, 0.1."""
    import_opinionqa(tree / "data", tmp_path / "out")
    q = read_tables(tmp_path / "out").model_answers[MODELS[0]]["W26", "FEEL_W26"].shares
    assert [float(share) for share in q] == pytest.approx([0.6 / 0.85, 0.2 / 0.85, 0.05 / 0.85], abs=1e-11)


def test_without_metadata_the_groups_are_those_that_answered(tree, tmp_path):
    (wave_of(tree) / "metadata.csv").unlink()
    summary = import_opinionqa(tree, tmp_path / "out")
    assert summary.groups == 4
    assert {row["group"] for row in read(tmp_path / "out" / "groups.csv")} == {"Male", "Female", "18-29", "65+"}


def test_steered_and_repeated_runs_are_left_out(tree, tmp_path):
    for name in (run_name("m", context="steer-bio"), run_name("m", survey="Pew_disagreement_500"), "other"):
        (tree / "data" / "runs" / name).mkdir()
        (tree / "data" / "runs" / name / "scenario_state.json").write_text("not even read")
    change(runs_of(tree), lambda v: v["request_states"].append(v["request_states"][0]))
    summary = import_opinionqa(tree, tmp_path / "out")
    assert summary.left_out["runs that are steered or not of one wave"] == 3
    assert summary.left_out["further model answers to the same question"] == 1
    assert summary.models == tuple(sorted(MODELS))


def test_cells_that_do_not_fit_are_left_out_and_counted(tree, tmp_path):
    def edit(value):
        value["JOBS_W26"]["Male"] = {"Perhaps": 3.0}
        value["FEEL_W26"]["Female"] = {"Refused": 3.0}
        value["JOBS_W26"]["Nobody knows"] = {"No": 1.0}
        value["GONE_W26"] = {}

    change(wave_of(tree) / "SEX_data.json", edit)
    summary = import_opinionqa(tree, tmp_path / "out")
    assert summary.left_out["cells with an answer that is none of the options"] == 1
    assert summary.left_out["cells in which nobody answered"] == 1
    assert summary.left_out["groups of SEX that metadata.csv does not have"] == 1
    assert summary.left_out["answers in SEX to a question that info.csv does not have"] == 1
    assert summary.left_out["groups of SEX, which have no question in common"] == 2
    assert any(line.startswith("left out: 2 (groups of SEX") for line in summary.lines())
    assert read_tables(tmp_path / "out").partitions == {"AGE": ("18-29", "65+")}


@pytest.mark.parametrize("count", [-1.0, 0.5, "3", True, None])
def test_a_bad_count_is_refused(tree, tmp_path, count):
    change(wave_of(tree) / "AGE_data.json", lambda v: v["JOBS_W26"]["65+"].update({"No": count}))
    with pytest.raises(InputError, match=r"AGE_data.json: JOBS_W26: 'No' was counted"):
        import_opinionqa(tree, tmp_path / "out")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda v: v.update(request_states=3), "request_states is not a list"),
        (lambda v: v["request_states"][1].pop("result"), r"request_states\[1\]: not a HELM request state: KeyError"),
        (lambda v: v["request_states"][0]["output_mapping"].pop("B"), "output_mapping lacks the option 'No'"),
        (
            lambda v: v["request_states"][0]["result"]["completions"][0]["tokens"][0].update(top_logprobs={}),
            "top_logprobs is empty",
        ),
        (
            lambda v: v["request_states"][0]["result"]["completions"][0]["tokens"][0].update(top_logprobs={"A": 2}),
            "positive log probability",
        ),
    ],
)
def test_a_bad_run_is_refused(tree, tmp_path, edit, message):
    change(runs_of(tree), edit)
    with pytest.raises(InputError, match=message):
        import_opinionqa(tree, tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("info.csv", "key,question,references\n", "no column is called 'option_ordinal'"),
        (
            "info.csv",
            "key,question,references,option_ordinal\nA,b,\"__import__('os')\",[1]\n",
            "info.csv:2: references is",
        ),
        ("info.csv", "key,question,references,option_ordinal\nA,b,['x'],\"[1, 2]\"\n", "do not fit each other"),
        ("metadata.csv", "key,options\nSEX,Male\n", "metadata.csv:2: options is not a list"),
        ("SEX_data.json", "{", "SEX_data.json: not JSON"),
        ("SEX_data.json", "[]", "SEX_data.json: expected an object"),
    ],
)
def test_a_file_of_another_form_is_refused(tree, tmp_path, name, content, message):
    (wave_of(tree) / name).write_text(content)
    with pytest.raises(InputError, match=message):
        import_opinionqa(tree, tmp_path / "out")


def test_what_is_not_there_is_named(tree, tmp_path):
    with pytest.raises(InputError, match="there is no folder human_resp"):
        import_opinionqa(tmp_path / "nowhere", tmp_path / "out")
    for model in MODELS:
        runs_of(tree, model).unlink()
    with pytest.raises(InputError, match="there are no runs with context=default"):
        import_opinionqa(tree, tmp_path / "out")
