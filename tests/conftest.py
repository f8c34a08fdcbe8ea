"Skip `gpu` tests, visibly, where CuPy cannot run a kernel; start every test on the NumPy backend."
import signal

import pytest
import lstm_nb.backend as backend


def pytest_collection_modifyitems(items):
    gpu = [o for o in items if 'gpu' in o.keywords]
    if gpu and backend.gpu_problem():
        for o in gpu: o.add_marker(pytest.mark.skip(reason=backend.gpu_problem()))


@pytest.fixture(autouse=True)
def numpy_backend():
    with backend.use('numpy'): yield


@pytest.fixture(autouse=True, scope='session')
def ctrl_c_works():
    "A shell starts background jobs with SIGINT ignored, and children inherit that; the tests need it as in a terminal."
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN: signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
