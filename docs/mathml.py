"Sphinx extension: formulas as MathML, which browsers set without scripts, in a font that lies beside the pages."
import html
import logging
import re
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from docutils import nodes
from fontTools import subset
from math_core import LatexError, LatexToMathML
from sphinx.util.logging import getLogger

# Letters in formulas are written upright and shown as these: mathematical italics, Latin and Greek, and the Planck constant in place of h.
ITALICS = [*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C), 0x210E]

logging.getLogger('fontTools').setLevel(logging.WARNING)


@cache
def converter(): return LatexToMathML(fancy_error=False)


def visit(display):
    "A visitor that writes the formula of a node and goes on behind it."
    def write(self, node):
        try: found = converter().convert_with_local_state(node.astext(), displaystyle=display)
        except LatexError as e:
            getLogger(__name__).warning('formula %r: %s', node.astext(), e, location=node)
            found = f'<code>{html.escape(node.astext())}</code>'
        # a wide formula scrolls by itself, and can be reached with the keyboard to do so
        self.body.append(f'<div class="formula" tabindex="0">{found}</div>\n' if display else f'<span class="formula">{found}</span>')
        raise nodes.SkipNode
    return write


def write_font(app, failure):
    "STIX Two Math, cut down to the characters that formulas of the site use."
    if failure or app.builder.format != 'html': return
    pages = (p.read_text(encoding='utf-8') for p in Path(app.outdir).rglob('*.html'))
    used = {ord(c) for page in pages for formula in re.findall(r'<math.*?</math>', page, re.S) for c in html.unescape(re.sub('<[^>]*>', '', formula))}
    options = subset.Options(flavor='woff', layout_features=['*'], name_IDs=['*']) # its names hold copyright and licence
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=used | set(ITALICS) | set(range(0x20, 0x7F)))
    with as_file(files('ziamath')/'fonts'/'STIXTwoMath-Regular.ttf') as path: font = subset.load_font(path, options)
    cutter.subset(font)
    subset.save_font(font, Path(app.outdir)/'_static'/'math.woff', options)


def setup(app):
    app.add_html_math_renderer('mathml', (visit(False), None), (visit(True), None))
    app.connect('build-finished', write_font)
    return dict(parallel_read_safe=True, parallel_write_safe=True)
