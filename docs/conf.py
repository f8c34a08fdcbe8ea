"Settings of the site. Build: python -m lstm_nb.dev.site"
import sys
from configparser import ConfigParser
from pathlib import Path

here = Path(__file__).parent
sys.path.insert(0, str(here))
config = ConfigParser(delimiters=['='], interpolation=None)
config.read(here.parent/'settings.ini', encoding='utf-8')
project, author, release = (config['DEFAULT'][k] for k in ('lib_name', 'author', 'version'))
html_show_copyright = False

extensions = ['myst_parser', 'sphinx_copybutton', 'mathml']
myst_enable_extensions = ['amsmath', 'attrs_block', 'attrs_inline', 'colon_fence', 'dollarmath', 'fieldlist']
myst_heading_anchors = 4
myst_dmath_allow_labels = False
nitpicky = True
nitpick_ignore_regex = [('py:class', '.*')] # types in signatures, many of them of NumPy; names in the text are py:obj
maximum_signature_line_length = 88
toc_object_entries_show_parents = 'hide'
add_module_names = False

html_theme = 'furo'
html_title = project
html_static_path, templates_path = [str(here/'_static')], [str(here/'_templates')]
html_css_files = ['site.css']
html_copy_source = html_show_sourcelink = html_show_sphinx = False
html_math_renderer = 'mathml'
html_domain_indices = False # the reference has a list of modules of its own
html_search_scorer = str(here/'scorer.js')
html_show_search_summary = False # it would fetch pages, which a browser refuses for files on a disk
smartquotes_action = 'D' # dashes in the reference; quotes stay as the README has them
pygments_style, pygments_dark_style = 'a11y-high-contrast-light', 'a11y-dark'
copybutton_selector = 'div:not(.output) > div.highlight > pre'
