"""Long Short-Term Memory networks, explained gate by gate in notebooks and exported as a fast NumPy/CuPy library."""
import importlib
import sys

from lstm_nb.backend import info, package_version, to_numpy, use, xp_of
from lstm_nb.data import PaddedBatches, Streams
from lstm_nb.init import chrono
from lstm_nb.kernels.choose import explain, use_kernels, use_precision
from lstm_nb.kernels.memory import free_memory
from lstm_nb.kernels.threads import num_threads, set_num_threads
from lstm_nb.layer import Layer, prefixed, random_stream
from lstm_nb.learner import Learner, TrainingDiverged
from lstm_nb.losses import cross_entropy, cross_entropy_vjp, mse, mse_vjp
from lstm_nb.lstm import LSTM, Trace, truncated_bptt
from lstm_nb.models.backtest import backtest
from lstm_nb.models.classifier import SequenceClassifier
from lstm_nb.models.forecaster import Forecaster
from lstm_nb.models.labeler import SequenceLabeler
from lstm_nb.models.language_model import LanguageModel
from lstm_nb.models.seq2seq import Seq2Seq
from lstm_nb.models.video import VideoPredictor
from lstm_nb.nn import Dropout, Embedding, Linear
from lstm_nb.optim import SGD, Adam, AdamW, Averaged, clip_gradients, constant, warmup_cosine
from lstm_nb.sequences import pad, unpad
from lstm_nb.variants import CellSpec

__version__ = package_version('lstm_nb')

__all__ = ['LSTM', 'CellSpec', 'Trace', 'truncated_bptt', 'chrono', 'random_stream', 'pad', 'unpad',
           'use', 'use_kernels', 'use_precision', 'explain', 'set_num_threads', 'num_threads', 'free_memory', 'info', 'xp_of', 'to_numpy',
           'Layer', 'prefixed', 'Embedding', 'Linear', 'Dropout', 'cross_entropy', 'cross_entropy_vjp', 'mse', 'mse_vjp',
           'SGD', 'Adam', 'AdamW', 'Averaged', 'clip_gradients', 'constant', 'warmup_cosine',
           'Streams', 'PaddedBatches', 'Learner', 'TrainingDiverged', 'LanguageModel', 'SequenceClassifier', 'SequenceLabeler', 'Forecaster', 'backtest', 'Seq2Seq', 'VideoPredictor', 'interop', 'plot', 'playground']


def __getattr__(name):
    # Matplotlib takes longer to import than all the rest: it waits until somebody draws.
    if name == 'interop': return importlib.import_module('lstm_nb.interop.weights') and sys.modules['lstm_nb.interop']
    if name == 'plot': return importlib.import_module('lstm_nb.plot')
    if name == 'playground': return importlib.import_module('lstm_nb.widget').playground # its diagram is Matplotlib's, too
    raise AttributeError(f"module 'lstm_nb' has no attribute {name!r}")
