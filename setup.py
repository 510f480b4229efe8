"""List the packages of the four top-level rooms, which pyproject.toml maps.

An explicit list in TOML would silently drop nested packages from the wheel.
"""

from setuptools import find_packages, setup

ROOMS = ("datasets", "featurizers", "models", "screen")

packages = ["sodalyte"]
for room in ROOMS:
    packages.append(f"sodalyte.{room}")
    packages += [f"sodalyte.{room}.{nested}" for nested in find_packages(room)]

setup(packages=packages)
