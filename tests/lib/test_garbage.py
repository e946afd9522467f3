"""Garbage is collected again after what put it off, also when that failed."""

import gc

import pytest

from lms.lib.garbage import put_off


def test_collection_goes_on_after_the_block():
    with put_off():
        with put_off():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collection_goes_on_after_an_error():
    @put_off()
    def fail():
        assert not gc.isenabled()
        raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert gc.isenabled()
