"""The random numbers: Philox4x32-10 against the vectors its authors published."""

import numpy as np

from equipoise.design.kernel import philox
from tests.oracle.design.kernel import reference
from tests.unit.design.kernel.steps import entry_point

block_round = entry_point(philox.block_round)

# kat_vectors of Random123 1.14, "philox4x32 10": counter, key, result.
PUBLISHED = (
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
)  # fmt: skip


def numbers(text: str) -> list[int]:
    return [int(word, 16) for word in text.split()]


def ten_rounds(counter: list[int], key: list[int]) -> list[int]:
    words = [np.uint64(word) for word in counter]
    for turn in range(10):
        k0 = np.uint64((key[0] + turn * 0x9E3779B9) % 2**32)
        k1 = np.uint64((key[1] + turn * 0xBB67AE85) % 2**32)
        words = [np.uint64(w) for w in block_round(*words, k0, k1)]
    return [int(word) for word in words]


def test_a_block_is_as_published():
    for counter, key, result in PUBLISHED:
        assert ten_rounds(numbers(counter), numbers(key)) == numbers(result)


def test_a_subject_has_its_word_of_the_block_of_its_number_question_and_trial():
    seed, trial, question = 0x299F31D0A4093822, 0x0370734413198A2E, 6
    out = np.empty(philox.whole_groups(90), np.uint32)
    philox.draw_words(seed, trial, question, out)
    for subject in (0, 1, 17, 39, 63, 64, 89):
        group, place = divmod(subject, 32)
        counter = [8 * group + place % 8, question, 0x13198A2E, 0x03707344]
        assert out[subject] == ten_rounds(counter, [0xA4093822, 0x299F31D0])[place // 8]
    assert np.array_equal(out[:90], reference.words(seed, trial, question, 90))


def test_words_are_even_and_those_of_different_questions_and_places_are_not_related():
    drawn = []
    for question in range(philox.QUESTIONS):
        out = np.empty(100_000, np.uint32)
        philox.draw_words(7, 0, question, out)
        drawn.append(out / 2.0**32)
    uniform = np.array(drawn)
    assert np.all(np.abs(uniform.mean(axis=1) - 0.5) < 4 / np.sqrt(12 * 100_000))
    related = np.corrcoef(uniform)[np.triu_indices(philox.QUESTIONS, 1)]
    assert np.all(np.abs(related) < 4 / np.sqrt(100_000))
    quarters = uniform[0].reshape(-1, 4, 8).transpose(1, 0, 2).reshape(4, -1)
    related = np.corrcoef(quarters)[np.triu_indices(4, 1)]
    assert np.all(np.abs(related) < 4 / np.sqrt(25_000))
