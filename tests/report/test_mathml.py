"""Every formula of the results becomes MathML, and what is not known is shown as it stands."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignproof.report.mathml import Unknown, math, math_or_source, prose
from alignproof.symbolic.catalogue import RESULTS

FORMULAS = [latex for result in RESULTS for latex in (result.latex(), *(line.formula for line in result.lines))]


def tree(latex):
    return ElementTree.fromstring(math(latex))


def inner(latex):
    """What is within the math element and its row."""
    found = re.fullmatch(r"<math[^>]*><mrow>(.*)</mrow></math>", math(latex))
    return found[1]


def test_there_are_formulas():
    assert len(FORMULAS) > 50


@pytest.mark.parametrize("latex", FORMULAS)
def test_every_formula_is_known_and_carries_its_latex(latex):
    found = tree(latex)
    assert found.get("alttext") == latex
    text = "".join(found.itertext())
    assert "\\" not in text
    assert sorted(re.findall("[0-9]", text)) == sorted(re.findall("[0-9]", latex.replace(r"\mathbb{1}", "")))
    for token in ("msub", "msup", "mfrac", "munder", "mover"):
        assert all(len(part) == 2 for part in found.iter(token))
    for token in ("msubsup", "munderover"):
        assert all(len(part) == 3 for part in found.iter(token))


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("x", "<mi>x</mi>"),
        ("12", "<mn>12</mn>"),
        ("x^12", "<msup><mi>x</mi><mn>1</mn></msup><mn>2</mn>"),
        (r"\tfrac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>"),
        (r"\frac{a}{b}", "<mfrac><mrow><mi>a</mi></mrow><mrow><mi>b</mi></mrow></mfrac>"),
        ("u_i^U", "<msubsup><mi>u</mi><mi>i</mi><mi>U</mi></msubsup>"),
        ("u^U_i", "<msubsup><mi>u</mi><mi>i</mi><mi>U</mi></msubsup>"),
        ("C'_j", "<msubsup><mi>C</mi><mi>j</mi><mo>′</mo></msubsup>"),
        ("j'", "<msup><mi>j</mi><mo>′</mo></msup>"),
        (r"\sum_i", "<munder><mo>∑</mo><mi>i</mi></munder>"),
        ("x_{NE}", "<msub><mi>x</mi><mi>NE</mi></msub>"),
        ("-a", "<mo>−</mo><mi>a</mi>"),
        (r"a \ge b", "<mi>a</mi><mo>≥</mo><mi>b</mi>"),
        (r"\text{for all } a", "<mtext>for\u00a0all\u00a0</mtext><mi>a</mi>"),
        ("<", "<mo>&lt;</mo>"),
        (r"\mathbb{E}", "<mi>𝔼</mi>"),
    ],
)
def test_a_formula_is_what_it_says(latex, expected):
    assert inner(latex) == expected


@pytest.mark.parametrize(
    "latex",
    [r"\unknown", "{x", "x}", "x_", "x^", r"\frac{a}", r"\text x", r"\mathbb{E", "x_a_b", r"\mathcal{Z}", "$x$"],
)
def test_what_is_not_known_raises_and_is_shown_as_it_stands(latex):
    with pytest.raises(Unknown):
        math(latex)
    assert math_or_source(latex).startswith("<code>")


@given(st.text(alphabet=r"\{}^_'abE12+<&\" frac text", max_size=30))
def test_any_text_is_mathematics_or_shown_as_it_stands(latex):
    ElementTree.fromstring(f"<p>{math_or_source(latex)}</p>")


def test_symbols_in_prose():
    assert prose("no error & <none>") == "no error &amp; &lt;none&gt;"
    found = prose("w_{j,i} >= 0, eps_P <= 1, lambda and Delta_R(j)")
    text = "".join(ElementTree.fromstring(f"<p>{found}</p>").itertext())
    assert text == "wj,i ≥ 0, εP ≤ 1, λ and ΔR(j)"


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.result)
def test_no_prose_of_a_result_is_left_as_source(result):
    texts = [line.why for line in result.lines]
    texts += [hypothesis.text for hypothesis in getattr(result, "hypotheses", ())]
    for text in texts:
        assert "<code>" not in prose(text)
        assert "_" not in "".join(ElementTree.fromstring(f"<p>{prose(text)}</p>").itertext())
