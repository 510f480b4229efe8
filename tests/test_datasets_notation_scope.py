import pytest

from sodalyte.datasets.catalogue import load_catalogue
from sodalyte.datasets.notation_scope import check_scope, scope_rules, suspicion


def test_rules_are_complete():
    for rule in scope_rules():
        assert rule.kind in {"modifier", "refused", "suspected"}
        assert rule.label
        assert bool(rule.remedy) == (rule.kind != "modifier")


def test_no_component_is_out_of_scope():
    for name, entry in load_catalogue().entries.items():
        for spelling in (name, *entry.aliases):
            if name != "water":
                check_scope(spelling, spelling)


def test_a_modifier_is_taken_out():
    plain, modifier = check_scope("", "1 M NaPF6 in G2 with 3A zeolite film")
    assert plain == "1 M NaPF6 in G2"
    assert modifier == "3A zeolite molecular sieve film"


def test_a_refusal_names_words_class_and_remedy():
    with pytest.raises(ValueError, match=r"at 'aqueous' .* aqueous electrolyte. Only"):
        check_scope("2 M ZnSO4 aqueous", "2 M ZnSO4 aqueous")


def test_a_suspicion_is_the_reason_of_an_unreadable_text():
    error = suspicion("x in H2O", "x in H2O")
    assert error is not None
    assert "aqueous electrolyte" in str(error)
    assert suspicion("x in G2", "x in G2") is None
