"""The built site: nothing comes from a network, links and headings hold, pictures have words, and a browser shows every page
in light and dark, wide and narrow. Needs the `docs` extra; for the pages in a browser, Chromium."""
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

for module in 'sphinx', 'myst_parser', 'furo', 'math_core', 'ziamath': pytest.importorskip(module, reason=f"{module} is not there: pip install -e '.[docs]'")
from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
LOADS = {'src', 'href', 'data', 'poster', 'srcset'}
pytestmark = pytest.mark.slow


class Page(HTMLParser):
    "What the checks look at in an HTML file."
    def __init__(self, text):
        super().__init__()
        self.refs, self.ids, self.alts, self.headings, self.text, self.skipped, self.stack = [], set(), [], [], [], 0, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        self.ids |= {a[k] for k in ('id', 'name') if a.get(k)}
        self.refs += [(tag, a[k]) for k in LOADS if a.get(k)]
        if tag == 'img': self.alts.append((a.get('src', ''), a.get('alt') or ''))
        if re.fullmatch('h[1-6]', tag): self.headings.append(int(tag[1]))
        if tag in ('script', 'style', 'template') or 'headerlink' in (a.get('class') or ''): self.stack.append(tag)

    def handle_endtag(self, tag):
        if self.stack and self.stack[-1] == tag: self.stack.pop()

    def handle_data(self, data):
        if not self.stack: self.text.append(data)


def squeezed(text): return re.sub(r'\s', '', text)


@pytest.fixture(scope='session')
def site():
    "The folder of the site, built now; no warning is accepted."
    done = subprocess.run([sys.executable, '-m', 'lstm_nb.dev.site'], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT/'_site'/'html'


@pytest.fixture(scope='session')
def pages(site):
    "Path -> Page, for every HTML file."
    return {p: Page(p.read_text(encoding='utf-8')) for p in sorted(site.rglob('*.html')) if '_static' not in p.parts}


def loads(pages, site):
    "What a browser would ask another machine for."
    found = [f'{p.name}: <{tag}> loads {u}' for p, page in pages.items() for tag, u in page.refs if tag != 'a' and re.match(r'(https?:)?//', u)]
    for css in site.rglob('*.css'):
        found += [f'{css.name}: {u}' for u in re.findall(r'(?:@import\s+|url\()\s*["\']?((?:https?:)?//[^"\')\s]+)', css.read_text(encoding='utf-8'))]
    return found


def dead_links(pages):
    "Links within the site without a file or an anchor at their end."
    found = []
    for path, page in pages.items():
        for _, u in page.refs:
            s = urlsplit(u)
            if s.scheme or u.startswith('//'): continue
            target = (path.parent/unquote(s.path)).resolve() if s.path else path
            if not target.exists(): found.append(f'{path.name}: no file {u}')
            elif s.fragment and target in pages and unquote(s.fragment) not in pages[target].ids: found.append(f'{path.name}: no anchor {u}')
    return found


def bad_alts(pages):
    "Pictures whose alternative text is missing, a word or two, or a file name."
    return [f'{p.name}: {src}: {alt!r}' for p, page in pages.items() for src, alt in page.alts if len(alt.split()) < 4 or re.search(r'\.(png|svg|jpe?g)$', alt)]


def bad_headings(pages):
    "Pages without exactly one title, or that skip a level."
    def wrong(h): return h.count(1) != 1 or h[0] != 1 or any(b > a + 1 for a, b in zip(h, h[1:]))
    return [f'{p.name}: {page.headings}' for p, page in pages.items() if wrong(page.headings)]


def disagreements(readme, page):
    "What the README says and a page does not, paragraph by paragraph."
    text, alts, found = squeezed(''.join(page.text)), [alt for _, alt in page.alts], []
    for token in MarkdownIt('commonmark').enable('table').parse(readme):
        if token.type == 'fence' and squeezed(token.content) not in text: found.append(token.content)
        for part in [token.children] if token.type == 'inline' else []:
            said = ''.join(c.content if c.type in ('text', 'code_inline') else ' ' for c in part)
            if squeezed(said) not in text: found.append(said)
            found += [c.content for c in part if c.type == 'image' and c.content not in alts]
    return found


def test_nothing_is_loaded_from_elsewhere(pages, site):
    assert loads(pages, site) == []


def test_links_and_anchors_lead_somewhere(pages):
    assert dead_links(pages) == []


def test_pictures_are_described(pages):
    assert sum(len(p.alts) for p in pages.values()) > 50
    assert bad_alts(pages) == []


def test_headings_are_in_order(pages):
    assert bad_headings(pages) == []


def test_formulas_are_set(pages):
    # dollars in code are code; elsewhere they would be a formula that was not recognised
    left = {p.name: re.findall(r'\$[^$\n]{1,60}\$', re.sub(r'(?s)<(pre|code|script|math)\b.*?</\1>', '', p.read_text(encoding='utf-8'))) for p in pages}
    assert {k: v for k, v in left.items() if v} == {}


def test_every_notebook_and_module_has_a_page(pages, site):
    names = {p.relative_to(site).with_suffix('').as_posix() for p in pages}
    notebooks = {p.relative_to(ROOT/'nbs').with_suffix('').as_posix() for p in (ROOT/'nbs').rglob('*.ipynb') if not p.parent.name.startswith('.')}
    modules = {'api/' + '.'.join(p.relative_to(ROOT).with_suffix('').parts) for p in (ROOT/'lstm_nb').rglob('*.py') if not p.stem.startswith('_')}
    assert notebooks | modules | {'symbols', 'search'} <= names


def test_readme_and_start_page_agree(pages, site):
    readme, start = (ROOT/'README.md').read_text(encoding='utf-8'), pages[site/'index.html']
    readme = readme.partition('-->')[2] # the note for those who would edit it
    assert disagreements(readme, start) == []
    changed = readme.replace('explained gate by gate', 'explained', 1).replace('![One step', '![A step', 1)
    assert len(disagreements(changed, start)) == 2


def test_the_checks_can_fail(tmp_path):
    (tmp_path/'a.css').write_text('@font-face{src:url("//example.org/f.woff")}')
    path = tmp_path/'a.html'
    path.write_text('<h1>A</h1><h3>B</h3><img src="a.css" alt="figure.png"><script src="https://example.org/s.js"></script><a href="#no">x</a><a href="b.html">y</a>')
    pages = {path: Page(path.read_text())}
    assert [len(f) for f in (loads(pages, tmp_path), dead_links(pages), bad_alts(pages), bad_headings(pages))] == [2, 2, 1, 1]


# In a browser

FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
# right edges of what is wider than the window and does not scroll by itself
OVERFLOW = '''() => {
  const scrolls = e => e && e !== document.body && (['auto', 'scroll', 'hidden'].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
  const wide = [...document.querySelectorAll('article *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement) && !scrolls(e));
  return [document.documentElement.scrollWidth - innerWidth, wide.slice(0, 3).map(e => e.outerHTML.slice(0, 80))];
}'''
# text whose contrast with what is behind it is below 4.5 (3 for large text), as WCAG 2.2 defines it
CONTRAST = '''() => {
  const rgb = c => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b };
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length == 3 || c[3] > .5) return c } return [255, 255, 255] };
  const bad = new Map();
  const walk = document.createTreeWalker(document.querySelector('article'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !e.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    const style = getComputedStyle(e), a = light(rgb(style.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05), size = parseFloat(style.fontSize);
    if (ratio < (size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5)) bad.set(e.tagName + '.' + e.className, ratio.toFixed(2) + ' ' + walk.currentNode.data.trim().slice(0, 30));
  }
  return [...bad].map(b => b.join(' '));
}'''


@pytest.fixture(scope='session')
def browser():
    "Chromium, which shows files from the disk."
    playwright = pytest.importorskip('playwright.sync_api', reason="playwright is not there: pip install -e '.[docs]'")
    path = shutil.which('chromium') or shutil.which('chromium-browser') or pytest.skip('chromium is not there')
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def watched(context):
    "A page of the browser; what it asks for from elsewhere, and its complaints."
    page, asked, errors = context.new_page(), [], []
    page.on('request', lambda r: None if r.url.startswith(('file:', 'data:', 'blob:')) else asked.append(r.url))
    page.on('requestfailed', lambda r: errors.append(f'failed: {r.url}'))
    page.on('pageerror', lambda e: errors.append(str(e)))
    page.on('console', lambda m: errors.append(m.text) if m.type in ('error', 'warning') else None)
    return page, asked, errors


def test_every_page_in_a_browser(browser, pages, site):
    context = browser.new_context()
    page, asked, errors = watched(context)
    problems, colours = [], {'light': set(), 'dark': set()}
    for path in pages:
        name = path.relative_to(site).as_posix()
        page.goto(path.as_uri())
        for width in 1280, 390:
            page.set_viewport_size(dict(width=width, height=900))
            for scheme in colours:
                page.emulate_media(color_scheme=scheme)
                over, wide = page.evaluate(OVERFLOW)
                if over > 0 or wide: problems.append(f'{name}, {scheme}, {width}: {over} pixels too wide, {wide}')
                colours[scheme].add(page.evaluate('getComputedStyle(document.body).backgroundColor'))
        problems += [f'{name}: {src} does not load or has no words' for src in page.evaluate('[...document.images].filter(i => i.complete && !i.naturalWidth || !i.alt).map(i => i.src)')]
    context.close()
    assert (asked, errors, problems) == ([], [], [])
    assert len(colours['light']) == len(colours['dark']) == 1 and colours['light'] != colours['dark']


def test_the_checks_in_a_browser_can_fail(browser):
    context = browser.new_context(viewport=dict(width=390, height=900))
    page, asked, errors = watched(context)
    page.set_content('<article><p style="color:#999;background:#fff">grey</p><div style="width:500px">wide</div><div style="overflow:auto"><p style="width:500px">scrolls</p></div></article>')
    assert page.evaluate(CONTRAST) == ['P. 2.85 grey']
    over, wide = page.evaluate(OVERFLOW)
    assert over > 100 and len(wide) == 1 and 'wide' in wide[0]
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    page.wait_for_timeout(100)
    assert asked == ['http://127.0.0.1:9/'] and errors
    context.close()


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_text_can_be_read(browser, site, scheme):
    context = browser.new_context(color_scheme=scheme, viewport=dict(width=1280, height=900))
    page, *_ = watched(context)
    bad = {}
    for name in 'index', '04_forget_gate', '09_variants', 'kernels/tile', 'api/lstm_nb.lstm', 'symbols':
        page.goto((site/f'{name}.html').as_uri())
        if found := page.evaluate(CONTRAST): bad[name] = found
    context.close()
    assert bad == {}


def test_formulas_have_their_font(browser, site):
    page = browser.new_page()
    page.goto((site/'08_bptt.html').as_uri())
    page.evaluate('document.fonts.ready.then(() => 0)')
    assert page.evaluate('[...document.fonts].map(f => f.status)') == ['loaded']
    page.close()


@pytest.mark.parametrize('query, wanted', [('forget gate', '04_forget_gate.html'), ('LSTM.trace', 'api/lstm_nb.lstm.html#lstm_nb.lstm.LSTM.trace')])
def test_search_finds(browser, site, query, wanted):
    context = browser.new_context()
    page, asked, errors = watched(context)
    page.goto((site/'index.html').as_uri())
    page.fill('input[name=q]', query)
    page.press('input[name=q]', 'Enter')
    page.wait_for_selector('#search-results li a')
    page.wait_for_function("document.querySelector('#search-results .search-summary')?.innerText.includes('found')")
    found = page.eval_on_selector_all('#search-results li a', 'links => links.slice(0, 5).map(a => a.getAttribute("href"))')
    context.close()
    assert any(f.split('?')[0] == wanted or f == wanted for f in found), found
    assert (asked, errors) == ([], [])


def test_what_we_claim_beside_others_is_linked():
    "In the tables of docs/beside.md every cell of our column is a link to the place, or a plain no."
    rows = [[c.strip() for c in l.strip('|').split('|')] for l in (ROOT/'docs'/'beside.md').read_text(encoding='utf-8').splitlines() if l.startswith('|')]
    ours = [r[1] for r in rows if len(r) == 8 and r[0] and not set(r[0]) <= set('-: ')]
    assert len(ours) > 30 and all(re.fullmatch(r'no|\[yes\]\([^)]+\.md(#[^)]+)?\)', c) for c in ours) and 'no' in ours
