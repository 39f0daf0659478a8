from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent

REQUIRES = [
    "pyramid>=2.1",
    "pyramid_jinja2>=2.10",
    "pyramid_tm>=2.6",
    "pyramid_retry>=2.1",
    "pyramid_zodbconn>=0.8.1",
    "zodburi>=3.0",
    "ZODB>=6.3,<7",  # class_factory; and oidc_op.store.zodb.filestorage stands on names that are private there
    "ZEO>=6.0,<7",  # as zodburi needs; for several processes
    "transaction>=5.0",
    "zope.interface>=7.0.1",
    "plaster_pastedeploy>=1.0",
    "WebOb>=1.8.8",  # CVE-2024-42353
    "Jinja2>=3.1.6",  # CVE-2025-27516
    "waitress>=3.0.1",  # CVE-2024-49768, CVE-2024-49769
    "authlib>=1.9.9",
    "joserfc>=1.8",
    "cryptography>=45.0.1",
    "argon2-cffi>=25.1",
    "WTForms>=3.3",
    "PyYAML>=6.0.2",
    "setuptools<81",  # Pyramid imports pkg_resources
]
EXTRAS = {
    "demo": ["requests>=2.32.4"],  # CVE-2024-47081; for oidc_op.extensions.try_it and oidc_op.relying_party
    "zeo": ["ZEO>=6.0"],
    "sql": ["SQLAlchemy>=2.0.41", "zope.sqlalchemy>=4.0", "alembic>=1.15", "psycopg[binary]>=3.2"],
    "tests": [
        "pytest>=8.3",
        "pytest-cov>=6.0",
        "pytest-xdist>=3.6",
        "WebTest>=3.0",
        "requests>=2.32.4",
        "hypothesis>=6.100",
        "playwright>=1.50",
        "axe-playwright-python>=0.1.4",
        "mozilla-django-oidc>=4.0",
        "Django>=5.2",  # as social-auth-app-django needs
        "requests-oauthlib>=2.0",
        "social-auth-app-django>=8.0",
    ],
    "docs": ["sphinx>=8.0", "furo>=2024.8", "sphinx-autobuild>=2024.10"],
    "lint": [
        "ruff>=0.9",
        "mypy>=1.14",
        "import-linter>=2.1",
        "check-manifest>=0.50",
        "mypy-zope>=1.0.14",
        "types-PyYAML",
        "types-requests",
        "types-WebOb",
    ],
    "bench": ["uvloop>=0.21"],
}

setup(
    name="oidc_op",
    version="0.1",
    description="An OpenID Connect Provider for Pyramid",
    long_description=(HERE / "README.txt").read_text("utf-8") + "\n\n" + (HERE / "CHANGES.txt").read_text("utf-8"),
    long_description_content_type="text/plain",
    license="BSD-2-Clause",
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: Pyramid",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Internet :: WWW/HTTP :: WSGI :: Application",
        "Topic :: Security",
    ],
    python_requires=">=3.11",
    packages=find_packages(include=["oidc_op", "oidc_op.*"]),
    include_package_data=True,
    zip_safe=False,
    install_requires=REQUIRES,
    extras_require=EXTRAS,
    entry_points={
        "paste.app_factory": ["main = oidc_op:main"],
        "console_scripts": ["oidc-op = oidc_op.cli:main"],
    },
)
