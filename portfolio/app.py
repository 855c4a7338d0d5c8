"""The application: settings, extensions, gates, pages."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portfolio import (
    accounts,
    attachments,
    attention,
    calendars,
    calibrations,
    certificates,
    config,
    conflicts,
    covers,
    curriculum,
    exceptions,
    guests,
    lessons,
    nudges,
    outcomes,
    paths,
    progress,
    reflections,
    reviews,
    rubrics,
    rules,
    saved_comments,
    scoring,
    searching,
    second_looks,
    service,
    writing,
)
from portfolio.attachments import store
from portfolio.database import db, drive_sqlite, engine_options
from portfolio.web import (
    access,
    body,
    csrf,
    errors,
    filters,
    headers,
    health,
    language,
    navigation,
    offline,
    outbox,
    packing,
    reminding,
    resuming,
    sessions,
    styleguide,
)

PACKAGES = (
    accounts,
    reflections,
    writing,
    attachments,
    reviews,
    attention,
    guests,
    lessons,
    outcomes,
    searching,
    progress,
    second_looks,
    service,
    conflicts,
    covers,
    curriculum,
    exceptions,
    nudges,
    scoring,
    calibrations,
    calendars,
    certificates,
    rubrics,
    rules,
    saved_comments,
    health,
    offline,
    styleguide,
)


def create_app(settings: config.Settings | None = None) -> Flask:
    """An application for these settings, those of the environment when none are given."""
    settings = settings or config.from_environment()
    app = Flask("portfolio", root_path=str(paths.PACKAGE), template_folder=str(paths.top_level("templates")))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        SESSION_COOKIE_NAME="__Host-portfolio" if settings.is_public else "portfolio",
        SESSION_COOKIE_SECURE=settings.is_public,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        TRUSTED_HOSTS=settings.trusted_hosts,
        PUBLIC_ORIGIN=settings.public_origin,
        IS_PUBLIC=settings.is_public,
        IS_DEVELOPMENT=settings.is_development,
    )
    if settings.is_behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0, x_prefix=0)  # type: ignore[method-assign]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    db.init_app(app)
    with app.app_context():
        drive_sqlite(db.engine)
    store.start(app, settings.files_url)
    outbox.start(app, settings)
    # The order of the gates: what is sent, from where, in which transaction, by whom.
    body.guard(app)
    resuming.guard(app)
    csrf.guard(app)
    sessions.start(app)
    access.guard(app)
    language.start(app)
    headers.start(app)
    packing.start(app)
    errors.start(app)
    filters.start(app)
    reminding.start(app)
    navigation.start(app)
    for package in PACKAGES:
        app.register_blueprint(package.blueprint)
    return app
