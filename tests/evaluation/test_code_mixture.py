"""The mixture that an autoencoder's codes are drawn from."""

import numpy as np
import pytest

from scenegan.evaluation import code_mixture
from scenegan.evaluation.code_mixture import CodeMixture

MIXTURE = CodeMixture(shares=np.array([0.25, 0.75]), means=np.array([[0., 5.], [10., -5.]]),
                      variances=np.array([[0.01, 0.], [0.04, 0.01]]))


def test_codes_follow_the_shares_means_and_variances():
    codes = MIXTURE.sample(4000, np.random.default_rng(0))
    second = codes[:, 0] > 5
    assert codes.shape == (4000, 2) and codes.dtype == np.float32
    assert second.mean() == pytest.approx(0.75, abs=0.03)
    np.testing.assert_allclose(codes[second].std(axis=0), [0.2, 0.1], rtol=0.1)
    assert (codes[~second, 1] == 5).all()


def test_two_clouds_of_codes_are_found_again():
    pytest.importorskip("sklearn")
    codes = MIXTURE.sample(40, np.random.default_rng(0))           # 40 // 16 components
    found = code_mixture.fit(codes)
    order = np.argsort(found.means[:, 0])
    np.testing.assert_allclose(found.means[order], MIXTURE.means, atol=0.2)
    assert (found.variances > 0).all()


def test_a_file_of_other_weights_or_a_damaged_one_is_not_taken(tmp_path):
    path = tmp_path / "mixture.npz"
    assert code_mixture.load(path, "one", 2) is None
    code_mixture.save(MIXTURE, path, "one")
    np.testing.assert_array_equal(code_mixture.load(path, "one", 2).means, MIXTURE.means)
    assert code_mixture.load(path, "other", 2) is None
    assert code_mixture.load(path, "one", 3) is None
    path.write_bytes(path.read_bytes()[:-80])
    assert code_mixture.load(path, "one", 2) is None
