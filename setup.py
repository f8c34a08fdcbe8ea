"Package metadata, read from settings.ini."
from configparser import ConfigParser
from pathlib import Path
from setuptools import find_packages, setup

root = Path(__file__).parent
config = ConfigParser(delimiters=['='], interpolation=None)
config.read(root/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']
lib = cfg['lib_name']

setup(
    name=lib, version=cfg['version'], description=cfg['description'],
    author=cfg['author'], license=cfg['license'], keywords=cfg['keywords'].split(),
    long_description=(root/'README.md').read_text(encoding='utf-8'), long_description_content_type='text/markdown',
    packages=[*find_packages(include=[lib, lib + '.*']), lib + '.tutorials'], python_requires='>=' + cfg['min_python'],
    package_dir={lib + '.tutorials': 'nbs/tutorials'}, package_data={lib + '.tutorials': ['*.ipynb']}, # for `lstm-nb tutorial`
    install_requires=cfg['requirements'].split(),
    extras_require={k.removesuffix('_requirements'): v.split() for k, v in cfg.items() if k.endswith('_requirements')},
    entry_points={'console_scripts': cfg['console_scripts'].split(), 'nbdev': [f'{lib} = {lib}._modidx:d']},
)
