"""The numbers of a network: one contiguous vector, seen under the layers' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np

from neurona.arrays import Array
from neurona.errors import OptionError, unknown_name
from neurona.messages import _

__all__ = ["ParameterNameError", "ParameterVector"]


class ParameterVector(MutableMapping[str, Array]):
    """Named arrays that lie one after the other in a single vector.

    The arrays are views: changing one in place changes the network. Assigning to a name
    copies the values in, having checked their shape.

    Parameters
    ----------
    shapes : mapping of str to tuple of int
    dtype : {float32, float64}

    Attributes
    ----------
    vector : array (P,)
        All of them, in order, without gaps.

    Examples
    --------
    >>> p = ParameterVector({"weight": (2, 1), "bias": (1,)}, np.float64)
    >>> p["weight"] = [[1.0], [2.0]]
    >>> p.vector
    array([1., 2., 0.])
    """

    def __init__(self, shapes: Mapping[str, tuple[int, ...]], dtype: Any) -> None:
        sizes = {name: int(np.prod(shape)) for name, shape in shapes.items()}
        self._vector = np.zeros(sum(sizes.values()), dtype)
        self._views: dict[str, Array] = {}
        start = 0
        for name, shape in shapes.items():
            stop = start + sizes[name]
            self._views[name] = self._vector[start:stop].reshape(shape)
            start = stop

    @property
    def vector(self) -> Array:
        """All of them: it can be changed in place, not replaced."""
        return self._vector

    def __getitem__(self, name: str) -> Array:
        try:
            return self._views[name]
        except KeyError:
            raise ParameterNameError(self._unknown(name)) from None

    def __setitem__(self, name: str, value: Any) -> None:
        self[name][...] = self.checked(name, value)

    def checked(self, name: str, value: Any) -> Array:
        """Value that could be assigned to a name.

        Raises
        ------
        OptionError
            There is no such name, or the value is not finite numbers of its shape
            that the precision can hold.
        """
        view = self[name]
        try:
            array = np.asarray(value)
        except ValueError:
            array = np.asarray(None)
        if array.dtype.kind not in "biuf":
            raise OptionError(
                _("{name} must be an array of numbers of shape {wanted}").format(
                    name=name, wanted=view.shape
                )
            )
        if array.shape != view.shape:
            raise OptionError(
                _("{name} has shape {wanted}, but was given {found}").format(
                    name=name, wanted=view.shape, found=array.shape
                )
            )
        # NaN fails the comparison too.
        if not (np.abs(array) <= np.finfo(view.dtype).max).all():
            raise OptionError(
                _(
                    "{name} must hold finite numbers within {dtype}: some were NaN, "
                    "infinite or too large"
                ).format(name=name, dtype=view.dtype)
            )
        return array

    def replace(self, values: Mapping[str, Any]) -> None:
        """Assign to every name at once, or to none where one value does not fit.

        Raises
        ------
        OptionError
            A name is missing or unknown, or a value does not fit.
        """
        for name in self:
            if name not in values:
                raise OptionError(
                    _("no values were given for {name}").format(name=name)
                )
        arrays = {name: self.checked(name, value) for name, value in values.items()}
        self.update(arrays)

    def __delitem__(self, name: str) -> None:
        raise OptionError(_("a network's parameters can be changed, not removed"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name!r}: {view.shape}" for name, view in self.items())
        return f"{{{shown}}}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy as a vector: views copied one by one would no longer share it."""
        shapes = {name: view.shape for name, view in self.items()}
        return restored, (shapes, self.vector)

    def _unknown(self, name: str) -> str:
        return unknown_name(_("parameter"), str(name), self._views)


def restored(shapes: Mapping[str, tuple[int, ...]], vector: Array) -> ParameterVector:
    """Vector with its names, from a copy."""
    made = ParameterVector(shapes, vector.dtype)
    made.vector[...] = vector
    return made


class ParameterNameError(OptionError, KeyError):
    """There is no parameter of that name."""

    __str__ = OptionError.__str__
