"""NumPy in the shape of CuPy, for machines without a GPU: arrays of a class of their own that refuse to be mixed with NumPy's.

It shows that code takes all its functions from one array module and never copies between the two behind the user's back.
It says nothing about the GPU itself: not about its kernels, its speed, or CuPy functions that are missing or differ.
"""
import types

import numpy


class ndarray:
    __array_ufunc__ = None  # NumPy's operators give way to ours
    __hash__ = None

    def __init__(self, array): self.array = array

    def __array__(self, *_, **__): raise TypeError('Implicit conversion to a NumPy array is not allowed. Please use `.get()`')

    def __getattr__(self, name):
        if name.startswith('__'): raise AttributeError(name)
        found = getattr(self.array, name)
        return call(found) if callable(found) else wrap(found)

    def get(self): return self.array.copy()
    def __getitem__(self, key): return wrap(self.array[unwrap(key)])
    def __setitem__(self, key, value): self.array[unwrap(key)] = unwrap(value)
    def __len__(self): return len(self.array)
    def __iter__(self): return map(wrap, self.array)
    def __bool__(self): return bool(self.array)
    def __int__(self): return int(self.array)
    def __float__(self): return float(self.array)
    def __index__(self): return self.array.__index__()
    def __repr__(self): return repr(self.array)


def wrap(value):
    if isinstance(value, (numpy.ndarray, numpy.generic)): return ndarray(numpy.asarray(value))
    return type(value)(map(wrap, value)) if type(value) in (tuple, list) else value


def unwrap(value):
    if isinstance(value, ndarray): return value.array
    if isinstance(value, numpy.ndarray): raise TypeError(f'Unsupported type {type(value)}')
    return type(value)(map(unwrap, value)) if type(value) in (tuple, list) else value


def call(function):
    def wrapped(*args, **options):
        result = function(*map(unwrap, args), **{k: unwrap(v) for k, v in options.items()})
        return wrap(result) if options.get('out') is None else options['out']
    return wrapped


def operator(name):
    def apply(self, *other):
        result = getattr(self.array, name)(*map(unwrap, other))
        if name in in_place: self.array = result
        return self if name in in_place else wrap(result)
    return apply


binary = 'add sub mul truediv floordiv mod pow matmul and or xor lshift rshift'.split()
in_place = {f'__i{n}__' for n in binary}
for name in [f'__{n}__' for n in 'neg abs invert lt le gt ge eq ne'.split()] + [f'__{p}{n}__' for p in ('', 'r', 'i') for n in binary]: setattr(ndarray, name, operator(name))


def asarray(value, dtype=None):
    if isinstance(value, ndarray) and dtype in (None, value.dtype): return value
    if isinstance(value, (list, tuple)): value = [v.array if isinstance(v, ndarray) else v for v in value]
    return ndarray(numpy.asarray(value.array if isinstance(value, ndarray) else value, dtype))


def array(value, dtype=None): return ndarray(numpy.array(asarray(value).array, dtype))


runtime = types.SimpleNamespace(getDeviceCount=lambda: 1, getDeviceProperties=lambda _: dict(name=b'stand-in: NumPy, no GPU'))
cuda = types.SimpleNamespace(runtime=runtime)
linalg = types.SimpleNamespace(norm=call(numpy.linalg.norm))


def __getattr__(name):
    if name.startswith('__'): raise AttributeError(name)
    found = getattr(numpy, name)
    return call(found) if callable(found) and not isinstance(found, type) else found
