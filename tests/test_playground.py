"The playground in a real browser: its numbers are the library's, whatever is moved, and it leaves the page around it alone."
import copy
import json
import re
import shutil

import numpy as np
import pytest
from lstm_nb.diagram import number_text
from lstm_nb.layer import random_stream
from lstm_nb.widget import INPUTS, LESSONS, MODES, SYMBOLS, numbers_of, on_wires, playground, settings_of

sync_api = pytest.importorskip('playwright.sync_api')
QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
# A page with a dark theme that styles the elements a playground is made of, as sites and notebooks do.
PAGE = '''<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Page</title><style>
body{{margin:8px;background:#131416;color:#cfd0d0;font:16px serif}} svg{{fill:red}} table,tr,td,th,p,li,summary,h4{{color:#eee;background:#222}}
button,input{{color:#eee;background:#222;height:8px;font-size:6px}} .row,.panel{{position:absolute;width:4000px}}</style><h1>Page</h1>{}</html>'''


@pytest.fixture(scope='module')
def browser():
    with sync_api.sync_playwright() as p:
        path = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None)
        try: browser = p.chromium.launch(executable_path=path, args=QUIET)
        except sync_api.Error as e: pytest.skip(f'no Chromium that can be started: {str(e).splitlines()[0]}')
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, tmp_path):
    "Opens a page with playgrounds; at the end, nothing may have been loaded and nothing gone wrong."
    contexts, said, requests = [], [], []
    def open_page(*playgrounds, width=1280, **options):
        (tmp_path/'page.html').write_text(PAGE.format('\n'.join(p._repr_html_() for p in playgrounds)), encoding='utf-8')
        contexts.append(browser.new_context(viewport=dict(width=width, height=800), **options))
        page = contexts[-1].new_page()
        page.on('console', lambda m: said.append(m.text))
        page.on('pageerror', lambda e: said.append(str(e)))
        page.on('request', lambda r: requests.append(r.url))
        page.goto((tmp_path/'page.html').as_uri())
        return page
    yield open_page
    for c in contexts: c.close()
    assert said == [] and [r for r in requests if not r.startswith(('file:', 'data:'))] == [] and len([r for r in requests if r.startswith('file:')]) == len(contexts)


class Widget:
    "One playground of a page, and the settings that it should have."
    def __init__(self, page, n=0, **settings):
        self.page, self.host = page, page.locator('.lstm-playground').nth(n)
        self.settings = copy.deepcopy(playground(**settings).settings)

    def __getitem__(self, selector): return self.host.locator(selector)
    def shown(self): return json.loads(self.host.get_attribute('data-numbers'))
    def now(self): return json.loads(self.host.get_attribute('data-now'))

    def put(self, key, value, kind='key'):
        self[f'[data-{kind}="{key}"]'].fill(str(value))
        s = self.settings
        if '.' in key: s['weights'][key[0]][key[2]] = float(value)
        elif key == 't': s['t'] = int(value)
        elif s['mode'] == 'step': s[key] = float(value)
        elif key == 'x': s['inputs'][s['t'] - 1] = float(value)
        else: s[key + '0'] = float(value)

    def put_inputs(self, values):
        self['[data-field=inputs]'].fill(', '.join(map(str, values)))
        self.settings.update(inputs=list(map(float, values)), t=min(self.settings['t'], len(values)))

    def choose_mode(self, mode):
        self[f'[data-mode={mode}]'].click()
        self.settings.update(mode=mode, t=len(self.settings['inputs']) if mode == 'backward' else self.settings['t'])

    def check(self):
        "What is shown and what the library computes: all digits, and the two decimals in the diagram."
        expected = numbers_of(self.settings)
        same(self.shown(), expected)
        wires = on_wires(expected, 1 if self.settings['mode'] == 'step' else self.settings['t'])
        texts = self['svg.cell [data-number]'].evaluate_all('all => all.map(e => [e.dataset.number, e.textContent])')
        negative = self['svg.cell [data-wire].negative'].evaluate_all('all => all.map(e => e.dataset.wire)')
        assert dict(texts).keys() == SYMBOLS.keys() and set(negative) == {k for k, v in wires.items() if k != 'z' and v < 0}
        for k, text in texts: assert abs(float(text.replace('\N{MINUS SIGN}', '-')) - wires[k]) <= .005 + 1e-9 or text == number_text(wires[k]), (k, text, wires[k])


def same(a, b):
    if isinstance(b, dict):
        assert a.keys() == b.keys()
        for k in b: same(a[k], b[k])
    elif isinstance(b, list):
        assert len(a) == len(b)
        for v, w in zip(a, b): same(v, w)
    else: np.testing.assert_allclose(a, b, rtol=0, atol=1e-6)


def test_comparison_notices_a_small_difference():
    n = numbers_of(settings_of('latch', 'backward'))
    other = copy.deepcopy(n)
    other['back'][3]['z']['f'] += 1e-5
    with pytest.raises(AssertionError): same(other, n)


@pytest.mark.parametrize('mode', MODES)
def test_every_lesson_starts_with_the_numbers_of_the_library(visit, mode):
    page = visit(*(playground(lesson, mode) for lesson in LESSONS))
    for n, lesson in enumerate(LESSONS):
        widget = Widget(page, n, lesson=lesson, mode=mode)
        widget.check()
        assert widget['.lesson'].inner_text() == LESSONS[lesson][1]
        if mode == 'step': continue
        for t in 1, len(widget.settings['inputs']) // 2:
            widget.put('t', t)
            widget.check()


@pytest.mark.parametrize('mode', MODES)
def test_numbers_agree_wherever_the_sliders_stand(visit, mode):
    widget, rng = Widget(visit(playground(mode=mode)), mode=mode), random_stream(7)
    keys = ['x', 'h', 'c', *(f'{k}.{n}' for k in 'ifgo' for n in 'xhb')]
    for n in range(6):
        if mode != 'step':
            widget.put_inputs(rng.uniform(-2, 2, 3 + 4 * n).round(2))
            widget.put('t', int(rng.integers(1, 4 + 4 * n)))
        for key in keys:
            reach = dict(x=2, h=1, c=3).get(key, (2, 12)[n % 2])
            if n < 4: widget.put(key, round(rng.uniform(-reach, reach), 1))
            else: widget.put(key, round(rng.uniform(-2 * reach, 2 * reach), 5), 'field') # off the slider's grid, and beyond its ends
        widget.check()


def test_modes_share_weights_and_sequence(visit):
    widget = Widget(visit(playground()))
    widget.put('f.b', -3)
    for mode in 'sequence', 'backward', 'step', 'backward', 'sequence':
        widget.choose_mode(mode)
        widget.check()
    for name, (_, values) in INPUTS.items():
        widget[f'[data-inputs={name}]'].click()
        widget.settings.update(inputs=list(values), t=1)
        widget.check()
    assert widget.now()['lesson'] == ''
    widget['.reset'].click()
    widget.settings = playground().settings
    widget.check()


def test_lessons_by_button(visit):
    widget = Widget(visit(playground()))
    for lesson in ('count', 'plain', 'mixed'):
        widget[f'[data-lesson={lesson}]'].click()
        widget.settings = settings_of(lesson, mode='sequence')
        widget.check()
        assert widget['[data-lesson][aria-pressed=true]'].get_attribute('data-lesson') == lesson and widget['[data-mode][aria-pressed=true]'].get_attribute('data-mode') == 'sequence'


def test_everything_can_be_done_with_the_keyboard(visit):
    widget = Widget(visit(playground()))
    keyboard = widget.page.keyboard
    reached = []
    for _ in range(60):
        keyboard.press('Tab')
        reached.append(widget.host.evaluate('h => { const e = h.shadowRoot.activeElement; return e && (e.dataset.lesson || e.dataset.mode || e.dataset.key || e.dataset.field || e.className || e.parentElement.dataset.gate || e.tagName) }'))
        if reached[-1] and reached[-1] == 'count':
            assert widget.host.evaluate('h => getComputedStyle(h.shadowRoot.activeElement).outlineStyle') == 'solid'
    wanted = {*LESSONS, *MODES, 'reset', 'x', 'h', 'c', *'ifgo', *(f'{k}.{n}' for k in 'ifgo' for n in 'xhb')}
    assert wanted <= set(reached)
    widget['[data-key=x]'].focus()
    keyboard.press('ArrowRight')
    widget.settings['x'] = 1.01
    widget.check()
    widget['[data-key="o.b"]'].focus()
    keyboard.press('Home')
    widget.settings['weights']['o']['b'] = -12.
    widget.check()
    widget['[data-mode=backward]'].focus()
    keyboard.press('Enter')
    widget.settings.update(mode='backward', t=6)
    widget['[data-key=t]'].focus()
    keyboard.press('ArrowLeft')
    keyboard.press('ArrowLeft')
    widget.settings['t'] = 4
    widget.check()
    widget['[data-lesson=latch]'].focus()
    keyboard.press('Space')
    widget.settings = playground('latch', 'backward').settings
    widget.check()
    widget['details.all summary'].focus()
    keyboard.press('Enter')
    assert widget['details.all table'].is_visible()


def test_a_point_of_the_chart_chooses_the_step(visit):
    widget = Widget(visit(playground('count', 'sequence')), lesson='count', mode='sequence')
    widget['.chart'].first.scroll_into_view_if_needed()
    point = widget['.chart path[transform]'].nth(3).bounding_box()
    widget.page.mouse.click(point['x'] + 3, point['y'] + 3)
    widget.settings['t'] = 4
    widget.check()
    assert widget['[data-key=t]'].input_value() == '4' and widget['.when'].inner_text() == '4 of 10'


@pytest.mark.parametrize('mode', ('sequence', 'backward'))
def test_charts_draw_the_numbers(visit, mode):
    widget = Widget(visit(playground('latch', mode)), lesson='latch', mode=mode)
    expected, T = numbers_of(widget.settings), 11
    points = widget['.chart path[transform]'].evaluate_all('all => all.map(e => e.getAttribute("transform").slice(10, -1).split(" ").map(Number))')
    if mode == 'sequence': drawn = [[[s[k] for s in expected['steps']] for k in keys] for keys in ('xch', 'figo')]
    else: drawn = [[[b[k] for b in expected['back']] for k in 'ch'], [[b['z'][k] for b in expected['back']] for k in 'figo']]
    assert len(points) == T * sum(map(len, drawn))
    for chart in drawn:
        heights, values = np.array([points.pop(0)[1] for _ in range(T * len(chart))]), np.concatenate(chart)
        slope, zero = np.polyfit(values, heights, 1)
        assert slope < 0 and abs(slope * values + zero - heights).max() < 1e-6
    labels = widget['.chart'].evaluate_all('all => all.map(e => e.getAttribute("aria-label"))')
    assert len(labels) == 2 and all(len(re.findall(r'−?\d[\d.e−-]*', label)) >= T * n for label, n in zip(labels, map(len, drawn)))


def test_tables_list_all_numbers_and_the_gradient_of_each_weight(visit):
    widget = Widget(visit(playground('mixed', 'backward')), lesson='mixed', mode='backward')
    expected, number = numbers_of(widget.settings), lambda text: float(text.replace('\N{MINUS SIGN}', '-'))
    cells = lambda where: [[number(t) for t in row] for row in widget[f'{where} tbody tr'].evaluate_all('all => all.map(r => [...r.querySelectorAll("td")].map(d => d.textContent))')]
    np.testing.assert_allclose(cells('.weights'), [list(expected['total'][k].values()) for k in 'figo'], atol=6e-5)
    rows = [[*(s[k] for k in ('x', *'ifgoch')), *(b[k] for k in 'chx'), *(b['z'][k] for k in 'ifgo')] for s, b in zip(expected['steps'], expected['back'])]
    np.testing.assert_allclose(cells('.all'), rows, atol=6e-5)


def test_what_is_not_a_number_is_refused_and_changes_nothing(visit):
    widget = Widget(visit(playground('count', 'sequence')), lesson='count', mode='sequence')
    field = widget['[data-field=inputs]']
    for text, message in (('1, two', '“two” is not a number up to 1000.'), ('1, 1e9', '“1e9” is not a number up to 1000.'), ('', 'Write at least one number.'), ('1 ' * 41, 'No more than 40 numbers.')):
        field.fill(text)
        assert widget['.wrong'].inner_text() == message and field.get_attribute('aria-invalid') == 'true'
        widget.check()
    field.fill('0.5; −1 2')
    widget.settings['inputs'] = [.5, -1., 2.]
    widget.check()
    assert widget['.wrong'].inner_text() == '' and field.get_attribute('aria-invalid') == 'false'
    widget['[data-field="i.b"]'].fill('')
    widget.check()
    widget['[data-field="i.b"]'].blur()
    assert widget['[data-field="i.b"]'].input_value() == '6'


def test_several_on_a_page_do_not_disturb_each_other(visit):
    page = visit(playground(), playground('count', 'sequence'), playground('remember', 'backward'))
    first, second, third = Widget(page), Widget(page, 1, lesson='count', mode='sequence'), Widget(page, 2, lesson='remember', mode='backward')
    second.put('f.b', -2)
    third.put('t', 3)
    first.put('x', -2)
    for widget in first, second, third: widget.check()
    page.evaluate("document.addEventListener('keydown', e => document.body.dataset.heard = e.key)")
    first['[data-field=x]'].press('3')
    first.settings['x'] = float(first['[data-field=x]'].input_value())
    assert page.evaluate('document.body.dataset.heard') is None and first.settings['x'] != -2
    assert page.evaluate('["GATES", "COLORS", "start", "run", "make"].filter(k => { try { return eval(k) } catch { return false } })') == []
    # A notebook puts outputs into a page that is already there, and runs their scripts then.
    page.evaluate('''page => { const box = document.createElement('div'); box.innerHTML = page; document.body.append(box);
        const script = document.createElement('script'); script.textContent = box.querySelector('script').textContent; box.querySelector('script').replaceWith(script); }''', playground('latch')._repr_html_())
    Widget(page, 3, lesson='latch').check()
    for widget in first, second, third: widget.check()


SMALL = '''root => [...root.shadowRoot.querySelectorAll('button, input, summary')].filter(e => e.checkVisibility()).map(e => [e.getBoundingClientRect(), e])
    .filter(([r]) => r.height < 40 || r.width < 40).map(([r, e]) => e.outerHTML.slice(0, 80) + ` ${r.width} x ${r.height}`)'''
CUT = '''root => [...root.shadowRoot.querySelectorAll('*')].filter(e => e.checkVisibility() && !e.closest('.scroll')).filter(e => { const r = e.getBoundingClientRect(); return r.right > innerWidth + .5 || r.left < -.5 })
    .map(e => e.outerHTML.slice(0, 80))'''
LETTERS = '''root => [...root.shadowRoot.querySelectorAll('svg text, svg tspan')].filter(e => e.textContent && e.getClientRects().length)
    .map(e => [parseFloat(getComputedStyle(e).fontSize) * e.ownerSVGElement.getScreenCTM().a, e.textContent]).filter(([size]) => size < 9.5)'''


@pytest.mark.parametrize('mode', MODES)
def test_fits_a_phone(visit, mode):
    page = visit(playground('remember', mode), width=390, has_touch=True, is_mobile=True)
    widget = Widget(page, lesson='remember', mode=mode)
    while (shut := widget['details:not([open]) > summary']).count(): shut.first.tap()
    assert page.evaluate('document.documentElement.scrollWidth') <= 390
    assert widget.host.evaluate(CUT) == [] and widget.host.evaluate(SMALL) == [] and widget.host.evaluate(LETTERS) == []
    widget['[data-mode=step]'].tap()
    widget['[data-key="g.b"]'].fill('3')
    widget.settings['weights']['g']['b'], widget.settings['mode'] = 3., 'step'
    widget.check()


def test_charts_follow_the_width_of_the_page(visit):
    widget = Widget(visit(playground('count', 'sequence')), lesson='count', mode='sequence')
    assert float(widget['.chart'].first.get_attribute('width')) > 600
    widget.page.set_viewport_size(dict(width=390, height=800))
    widget.page.wait_for_function("document.querySelector('.lstm-playground').shadowRoot.querySelector('.chart').getAttribute('width') < 390")
    assert widget.page.evaluate('document.documentElement.scrollWidth') <= 390


CONTRAST = '''host => {
  const light = c => { const [r, g, b, a = 1] = c.match(/[\\d.]+/g).map(Number); return [r, g, b].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, n) => s + v * [.2126, .7152, .0722][n], 0) };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; } return 'none' };
  return [...host.shadowRoot.querySelectorAll('*')].filter(e => e.checkVisibility() && !e.closest('svg, style') && ([...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.matches('input:not([type=range])')))
    .map(e => { const a = light(getComputedStyle(e).color), b = light(ground(e)); return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.outerHTML.slice(0, 60)] }) }'''


@pytest.mark.parametrize('scheme', ('light', 'dark'))
def test_letters_stand_out_whatever_the_page_looks_like(visit, scheme):
    widget = Widget(visit(playground('latch', 'backward'), color_scheme=scheme), lesson='latch', mode='backward')
    widget['details.all summary'].click()
    widget['[data-field=inputs]'].fill('x')
    found = widget.host.evaluate(CONTRAST)
    assert len(found) > 100 and min(found)[0] >= 4.5, min(found)
    fills = widget['svg text'].evaluate_all('all => all.map(e => getComputedStyle(e).fill + (e.classList.contains("symbol") ? "!" : ""))')
    assert set(fills) == {'rgb(26, 26, 26)', 'rgb(255, 255, 255)!'}


def test_everything_has_a_name_and_the_picture_is_told_in_words(visit):
    widget = Widget(visit(playground('count', 'sequence')), lesson='count', mode='sequence')
    names = widget['input'].evaluate_all('all => all.map(e => e.getAttribute("aria-label"))')
    assert all(names) and len(set(names)) == len(names) and {'forget gate, weight of h', 'input gate, bias, exact', 'Step t'} <= set(names)
    assert widget['svg[role=img]:not([aria-label])'].count() == 0 and 'c 1.00' in widget['svg.cell'].get_attribute('aria-label')
    widget.put('t', 4)
    assert 'c 2.98' in widget['svg.cell'].get_attribute('aria-label') and 'c = 2.98' in widget['.says'].inner_text() and widget['.says'].get_attribute('aria-live') == 'polite'


def test_play_walks_and_stops_and_reduced_motion_has_none(visit):
    page = visit(playground('mixed', 'sequence'))
    widget = Widget(page, mode='sequence')
    widget['.play'].click()
    page.wait_for_function("JSON.parse(document.querySelector('.lstm-playground').dataset.now).t === 3")
    widget['.play'].click()
    widget.settings['t'] = widget.now()['t']
    page.wait_for_timeout(900)
    widget.check()
    assert widget.now()['t'] < 6 and widget['.play'].inner_text() == 'Play'
    still = Widget(visit(playground('mixed', 'sequence'), reduced_motion='reduce'), mode='sequence')
    assert not still['.play'].is_visible() and still['.line'].first.evaluate('e => getComputedStyle(e).transitionDuration') == '0s'


def test_without_javascript_there_is_a_picture_and_a_table(visit):
    page = visit(playground('latch', 'sequence'), java_script_enabled=False)
    host = page.locator('.lstm-playground')
    assert host.locator('img').bounding_box()['height'] > 300 and host.locator('tbody tr').count() == 11 and 'still picture' in host.inner_text()
