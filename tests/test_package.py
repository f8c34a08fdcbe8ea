"What no notebook can hold: imports in a fresh interpreter, and the package as it is built and installed."
import ast
import json
import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def python(code, **kw):
    return subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True, env={**os.environ, 'PYTHONPATH': str(ROOT)}, **kw).stdout.strip()


def test_import_needs_no_heavy_package():
    loaded = set(python('import sys, lstm_nb; print(*sys.modules)').split())
    assert 'numpy' in loaded and not loaded & {'nbdev', 'cupy', 'numba', 'torch', 'matplotlib', 'IPython', 'fastcore'}


def test_import_is_quick():
    # The best of five, because the machine may be busy; NumPy's own time is included.
    timing = 'import time; t = time.perf_counter(); import lstm_nb; print(time.perf_counter() - t)'
    assert min(float(python(timing)) for _ in range(5)) < .5


def test_every_public_name_is_there():
    assert python('import lstm_nb as ln; print([n for n in ln.__all__ if not hasattr(ln, n)])') == '[]'


def test_only_backend_and_kernels_know_cupy():
    # Code that asks where an array lives belongs there; everything else takes its module from `xp_of`. The command line only names the choice.
    asks = re.compile(r'\bcupy\b|\bxp_of\([^)]*\) is\b|\bxp is\b|is np\b')
    modules = [p for p in ROOT.glob('lstm_nb/**/*.py') if p.name not in ('backend.py', 'cli.py', '_modidx.py') and 'kernels' not in p.parts]
    assert len(modules) > 25
    found = {p.name: hits for p in modules if (hits := asks.findall(ast.unparse(without_docstrings(ast.parse(p.read_text(encoding='utf-8'))))))}
    assert not found


def without_docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body and isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant): node.body[0].value.value = ''
    return tree


# Each module in a process that has imported nothing else of this library, but NumPy and others that take long.
ONE_BY_ONE = """
import importlib.util, os, sys, traceback
for slow in 'numpy', 'matplotlib.pyplot', 'numba', 'llvmlite.ir', 'tqdm.auto', 'IPython': importlib.util.find_spec(slow.partition('.')[0]) and importlib.import_module(slow)
for name in {}:
    assert not any(m.startswith('lstm_nb') for m in sys.modules)
    child = os.fork()
    if not child:
        code = 1
        try: importlib.import_module(name); code = 0
        except BaseException: traceback.print_exc()
        os._exit(code)
    if os.waitpid(child, 0)[1]: sys.exit(name + ' cannot be imported alone')
"""


def test_every_notebook_module_imports_alone():
    modules = [p.relative_to(ROOT).with_suffix('').as_posix().replace('/', '.') for p in ROOT.glob('lstm_nb/**/*.py') if p.name != '__init__.py' and 'dev' not in p.parts]
    assert len(modules) > 20
    python(ONE_BY_ONE.format(modules))


def sources(path):
    return [''.join(c['source']) for c in json.loads(path.read_text(encoding='utf-8'))['cells'] if c['cell_type'] == 'code']


def notebooks():
    return sorted(p for p in (ROOT/'nbs').rglob('*.ipynb') if '.ipynb_checkpoints' not in p.parts)


def test_every_figure_has_a_text_for_those_who_cannot_see_it():
    for path in notebooks():
        for c in json.loads(path.read_text(encoding='utf-8'))['cells']:
            if any('image/png' in o.get('data', {}) for o in c.get('outputs', [])): assert '#| fig-alt:' in ''.join(c['source']), f"{path.name}: {''.join(c['source'])[:80]}"


def test_every_notebook_names_its_kernel():
    # JupyterLab asks the reader for one otherwise, and `Run All Cells` does nothing.
    without = [p.name for p in (ROOT/'nbs').rglob('*.ipynb') if json.loads(p.read_text(encoding='utf-8'))['metadata'].get('kernelspec', {}).get('name') != 'python3']
    assert not without


def test_no_stored_output_is_an_error():
    for path in notebooks():
        cells = json.loads(path.read_text(encoding='utf-8'))['cells']
        assert not [c['id'] for c in cells if any(o['output_type'] == 'error' for o in c.get('outputs', []))], path


def local_paths(text):
    "Paths of a machine's own folders, as a repr or a traceback would show them."
    return re.findall(r'/(?:home|root|Users|work|opt|usr|var|tmp)/[\w.-]+/[^\s\'"]*|[A-Z]:\\\\Users', text)


def test_no_stored_output_tells_where_it_was_made():
    assert local_paths("<module 'x' from '/home/me/venv/lib/x.py'>") and not local_paths('nbs/images/cell.png and https://x.org/home/a')
    for path in notebooks():
        for c in json.loads(path.read_text(encoding='utf-8'))['cells']:
            texts = [t for o in c.get('outputs', []) for t in (o.get('text', ''), o.get('data', {}).get('text/plain', ''))]
            assert not [p for t in texts for p in local_paths(''.join(t))], f'{path.name}, cell {c["id"]}'


def test_links_between_pages_lead_somewhere():
    pages = [(p, ''.join(''.join(c['source']) for c in json.loads(p.read_text(encoding='utf-8'))['cells'] if c['cell_type'] == 'markdown')) for p in notebooks()]
    pages += [(p, p.read_text(encoding='utf-8')) for p in (ROOT/'README.md', ROOT/'CONTRIBUTING.md', ROOT/'CHANGELOG.md')]
    for path, text in pages:
        for target in re.findall(r'\]\((?!https?:|#)([^)#\s]+)', re.sub(r'`[^`]*`', '', text)): assert (path.parent/target).exists(), f'{path.name}: {target}'


def test_metadata_has_one_source():
    config = ConfigParser(delimiters=['='], interpolation=None)
    config.read(ROOT/'settings.ini', encoding='utf-8')
    assert '[project]' not in (ROOT/'pyproject.toml').read_text().replace('No [project]', '')
    assert config['DEFAULT']['version'] in (ROOT/'CHANGELOG.md').read_text()


@pytest.mark.slow
def test_wheel_and_sdist_install_and_work(tmp_path):
    pytest.importorskip('build')
    source, dist = tmp_path/'source', tmp_path/'dist'
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns('.git', '.venv*', '*.egg-info', 'build', 'dist', '__pycache__', 'lstm-nb-*'))
    built = subprocess.run([sys.executable, '-m', 'build', '--outdir', dist, source], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr[-2000:]
    for pattern in '*.whl', '*.tar.gz':
        (package,), target = dist.glob(pattern), tmp_path/f'site-{pattern[2:]}'
        subprocess.run([sys.executable, '-m', 'pip', 'install', '-q', '--no-deps', '--target', target, package], check=True, capture_output=True)
        code = 'import lstm_nb, lstm_nb.cli; print(lstm_nb.__file__); lstm_nb.use_kernels("numpy"); lstm_nb.LSTM(2, 3)([[0., 1.]]); lstm_nb.cli.main(["info"])'
        out = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True, cwd=tmp_path, env={**os.environ, 'PYTHONPATH': str(target)}).stdout
        assert out.startswith(str(target))
