"The command line in a process of its own: exit codes, pipes, and runs that are killed."
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from lstm_nb.checkpoint import load_tensors

ROOT = Path(__file__).parent.parent
ENV = {**os.environ, 'PYTHONPATH': str(ROOT), 'OPENBLAS_NUM_THREADS': '1'}
SMALL = ['--hidden-size', '16', '--embedding-size', '8', '--epochs', '2', '--batch-size', '4', '--seq-len', '10', '--checkpoint-every', '20']


def command(*args): return [sys.executable, '-m', 'lstm_nb.cli', *map(str, args)]


def run(*args, **kw): return subprocess.run(command(*args), capture_output=True, text=True, env=ENV, **kw)


@pytest.fixture(scope='module')
def text(tmp_path_factory):
    path = tmp_path_factory.mktemp('text')/'text.txt'
    path.write_text(''.join(f'{n} times {n + 1} is {n * (n + 1)}.\n' for n in range(1000)))
    return path


@pytest.fixture(scope='module')
def whole(text):
    "The weights of a run that nobody interrupts."
    out = text.parent/'whole'
    done = run('train', 'text', text, '--out', out, *SMALL)
    assert done.returncode == 0, done.stderr
    return weights(out)


def weights(out): return load_tensors(out/'model.safetensors')[0]


def assert_same_bits(a, b):
    assert a.keys() == b.keys() and len(a) > 6
    for k in a: assert a[k].tobytes() == b[k].tobytes(), k


def test_help_version_and_wrong_command_lines():
    assert run('--help').returncode == run('train', 'text', '--help').returncode == 0
    assert run('--version').stdout.startswith('lstm-nb ')
    for wrong in [], ['fly'], ['demo', '--epochs', 'many'], ['demo', '--backend', 'tpu']: assert run(*wrong).returncode == 2


def test_unreadable_input_leaves_files_alone(tmp_path, text, whole):
    model, bad = text.parent/'whole'/'model.safetensors', tmp_path/'bad'
    before, when = model.read_bytes(), model.stat().st_mtime_ns
    for data, word in (b'', 'empty'), (b'a\0b', 'binary'), (b'\xff\xfe', 'UTF-8'), (b'short', 'at least 200'):
        bad.write_bytes(data)
        for out in text.parent/'whole', tmp_path/'new':
            done = run('train', 'text', bad, '--out', out, '--overwrite', *SMALL)
            assert done.returncode == 1 and word in done.stderr and done.stderr.startswith('lstm-nb: error: ') and done.stderr.count('\n') == 1
        assert not (tmp_path/'new').exists()
    for option, value in ('--hidden-size', 0), ('--dropout', 2), ('--epochs', -1), ('--seed', -1), ('--batch-size', 0), ('--learning-rate', -1.), ('--checkpoint-every', 0):
        done = run('train', 'text', text, '--out', text.parent/'whole', '--overwrite', *SMALL, option, value)
        assert done.returncode == 1 and done.stderr.splitlines()[-1].startswith('lstm-nb: error: '), done.stderr
    assert model.read_bytes() == before and model.stat().st_mtime_ns == when


def test_a_model_is_kept_unless_told_otherwise(text, whole):
    done = run('train', 'text', text, '--out', text.parent/'whole', *SMALL)
    assert done.returncode == 1 and '--overwrite' in done.stderr
    assert run('train', 'text', text, '--out', text.parent/'none', '--resume', *SMALL).returncode == 1


def test_files_that_are_no_model(tmp_path, text, whole):
    good = (text.parent/'whole'/'model.safetensors').read_bytes()
    for data in b'', b'hello', good[:100], good[:len(good) // 2]:
        (tmp_path/'m').write_bytes(data)
        done = run('evaluate', tmp_path/'m', text)
        assert done.returncode == 1 and str(tmp_path/'m') in done.stderr and done.stderr.count('\n') == 1


def test_sample_and_evaluate(text, whole):
    model = text.parent/'whole'
    first, again, other = (run('sample', model, '--prompt', '12 times', '--length', 40, '--seed', s) for s in (1, 1, 2))
    assert first.returncode == 0 and first.stdout == again.stdout != other.stdout and first.stdout.startswith('12 times')
    assert float(re.match(r'([\d.]+) bits per character', run('evaluate', model, text).stdout)[1]) < 4


def test_a_closed_pipe_is_no_error(text, whole):
    done = subprocess.run(f'{" ".join(command("sample", text.parent/"whole", "--length", 300))} | head -c 5', shell=True, capture_output=True, text=True, env=ENV)
    assert done.stderr == ''


def test_quiet_is_quiet_and_a_terminal_gets_a_bar(tmp_path, text):
    quick = ['--hidden-size', '4', '--embedding-size', '4', '--epochs', '1', '--seq-len', '100']
    done = run('train', 'text', text, '--out', tmp_path/'a', '--quiet', *quick)
    assert done.returncode == 0 and done.stderr == '' and 'LSTM' in done.stdout
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 100, 0, 0))
    done = subprocess.run(command('train', 'text', text, '--out', tmp_path/'b', *quick), stdout=subprocess.DEVNULL, stderr=side, env=ENV)
    os.close(side)
    assert done.returncode == 0 and 'step/s' in os.read(main, 100_000).decode()


def wait_for(condition, process, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(.005)


def test_killed_in_training_and_resumed(tmp_path, text, whole):
    for attempt in range(3):
        process = subprocess.Popen(command('train', 'text', text, '--out', tmp_path, *SMALL, '--resume' if attempt else '--quiet'), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=ENV)
        model, old = tmp_path/'model.safetensors', (tmp_path/'model.safetensors').stat().st_mtime_ns if attempt else 0
        wait_for(lambda: model.exists() and model.stat().st_mtime_ns > old, process)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    done = run('train', 'text', text, '--out', tmp_path, '--resume', *SMALL)
    assert done.returncode == 0, done.stderr
    assert_same_bits(weights(tmp_path), whole)


# Kills the process in the middle of the n-th write: half of the bytes are on the disk, nothing has been renamed.
KILLER = '''
import os, signal, sys
import lstm_nb.checkpoint as checkpoint
from lstm_nb.cli import main
writes, real = 0, os.replace
def killing_replace(source, target):
    global writes
    writes += 1
    if writes == int(sys.argv[1]):
        os.truncate(source, os.path.getsize(source) // 2)
        os.kill(os.getpid(), signal.SIGKILL)
    real(source, target)
os.replace = killing_replace
main(sys.argv[2:])
'''


@pytest.mark.parametrize('nth', [2, 5])
def test_killed_in_the_middle_of_a_checkpoint_and_resumed(tmp_path, text, whole, nth):
    process = subprocess.run([sys.executable, '-c', KILLER, str(nth), 'train', 'text', str(text), '--out', str(tmp_path), '--quiet', *SMALL], env=ENV, capture_output=True)
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert load_tensors(tmp_path/'model.safetensors')[1]['step'] < 2 * nth * 20
    done = run('train', 'text', text, '--out', tmp_path, '--resume', *SMALL)
    assert done.returncode == 0, done.stderr
    assert_same_bits(weights(tmp_path), whole)
    assert not [p for p in tmp_path.iterdir() if p.name not in ('model.safetensors', 'learning-curve.png', 'gates.png', 'sample.txt')]


def test_ctrl_c_leaves_a_checkpoint(tmp_path, text, whole):
    process = subprocess.Popen(command('train', 'text', text, '--out', tmp_path, *SMALL), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=ENV, text=True)
    wait_for((tmp_path/'model.safetensors').exists, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and 'interrupted' in err and 'Traceback' not in err
    done = run('train', 'text', text, '--out', tmp_path, '--resume', *SMALL)
    assert done.returncode == 0, done.stderr
    assert_same_bits(weights(tmp_path), whole)
