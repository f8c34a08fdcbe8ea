"""NumPy in the shape of CuPy, for machines without a GPU: arrays of a class of their own that refuse to be mixed with NumPy's.

It shows that code takes all its functions from one array module and never copies between the two behind the user's back.
Kernels run under the emulation of `lstm_nb.kernels.emulator`, if there is a C++ compiler. It says nothing about the GPU itself: not about its
memory, its speed, or CuPy functions that are missing or differ.
"""
import ctypes
import re
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

    @property
    def data(self): return types.SimpleNamespace(ptr=self.array.ctypes.data)
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


class RawModule:
    def __init__(self, *, code, options=(), enable_cooperative_groups=False):
        from lstm_nb.kernels import card, emulator
        assert code.startswith(card.HEADER)
        names = re.findall(r'extern "C" __global__ void (?:__launch_bounds__\([^)]*\) )?(\w+)\(', code)
        self.module, self.cooperative = emulator.Emulated().module(code[len(card.HEADER):], tuple(dict.fromkeys(names))), enable_cooperative_groups

    def get_function(self, name): return RawKernel(self.module(name), self.cooperative)


class RawKernel:
    def __init__(self, kernel, cooperative): self.kernel, self.cooperative, self.max_dynamic_shared_size_bytes = kernel, cooperative, 48 * 1024

    def __call__(self, grid, block, args, shared_mem=0):
        assert shared_mem <= self.max_dynamic_shared_size_bytes and len(block) == 1
        self.kernel(grid, block[0], tuple(map(unwrap, args)), shared_mem, self.cooperative)


class Stream:
    current = None
    def __init__(self, non_blocking=False): self.ptr = id(self)
    def record(self): return object()
    def wait_event(self, event): pass
    def synchronize(self): pass
    def __enter__(self): self.before, Stream.current = Stream.current, self
    def __exit__(self, *_): Stream.current = self.before


Stream.current = Stream()


def gemm(handle, turn_a, turn_b, m, n, k, alpha, a, a_type, lda, b, b_type, ldb, beta, c, c_type, ldc, compute, algorithm):
    "cuBLAS counts columns first: c (m, n), with the columns of all matrices one behind the other."
    def matrix(p, columns, ld): return numpy.ctypeslib.as_array(ctypes.cast(p, ctypes.POINTER(ctypes.c_float)), (columns, ld)).T
    one, zero = (ctypes.cast(p, ctypes.POINTER(ctypes.c_float))[0] for p in (alpha, beta))
    a, b, c = matrix(a, m if turn_a else k, lda), matrix(b, k if turn_b else n, ldb), matrix(c, n, ldc)
    assert (one, zero, a_type, b_type, c_type, algorithm) == (1, 0, 0, 0, 0, -1) and compute in (74, 75, 77)
    c[:m] = (a[:k].T if turn_a else a[:m]) @ (b[:n].T if turn_b else b[:k])


class Device:
    attributes, cublas_handle = dict(MultiProcessorCount=16, MaxSharedMemoryPerBlockOptin=227 * 1024), 0


runtime = types.SimpleNamespace(getDeviceCount=lambda: 1, getDevice=lambda: 0, getDeviceProperties=lambda _: dict(name=b'stand-in: NumPy, no GPU'))
cuda = types.SimpleNamespace(runtime=runtime, Device=Device, Stream=Stream, get_current_stream=lambda: Stream.current, cublas=types.SimpleNamespace(gemmEx=gemm))
linalg = types.SimpleNamespace(norm=call(numpy.linalg.norm))


def __getattr__(name):
    if name.startswith('__'): raise AttributeError(name)
    found = getattr(numpy, name)
    return call(found) if callable(found) and not isinstance(found, type) else found
