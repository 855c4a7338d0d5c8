"""Signing in and out, the own profile, and the link that begins an account."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)

from portfolio.accounts import views  # noqa: E402, F401
