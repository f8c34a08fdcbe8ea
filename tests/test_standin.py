"The GPU tests on a machine without a GPU: a strict stand-in for CuPy, see standin/cupy.py, shows that nothing mixes with NumPy."
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lstm_nb.kernels.emulator import compiler

ROOT = Path(__file__).parent.parent


def with_standin(*args):
    env = {**os.environ, 'PYTHONPATH': os.pathsep.join([str(ROOT/'tests'/'standin'), str(ROOT)])}
    return subprocess.run([sys.executable, *args], capture_output=True, text=True, cwd=ROOT, env=env)


def test_gpu_tests_pass_with_a_standin():
    # What needs DLPack, and so real device memory, is left out, and what would take minutes under emulation.
    files = [str(p) for p in sorted((ROOT/'tests').glob('test_nb_*.py')) if 'pytest.mark.gpu' in p.read_text(encoding='utf-8')] # the others would only be imported
    found = with_standin('-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-m', 'gpu', '-k', 'not memory and not large and not every_cell' + ' and not on_a_card' * (not compiler()), *files)
    assert found.returncode == 0 and ' passed' in found.stdout, found.stdout[-3000:]


@pytest.mark.parametrize('code', ['a + n', 'n + a', 'cupy.add(a, n)', 'cupy.where(a > 0, a, n)', 'a.dot(n)', 'numpy.exp(a)', 'cupy.add(a, a, out=n)', 'a[n > 0]'])
def test_the_standin_refuses_numpy(code):
    out = with_standin('-c', f'import cupy, numpy; n = numpy.ones(3); a = cupy.asarray(n)\ntry: {code}\nexcept TypeError: print("refused")').stdout
    assert out.strip() == 'refused'
