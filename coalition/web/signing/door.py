"""The signing door's blueprint."""

from __future__ import annotations

from flask import Blueprint

signing = Blueprint("signing", __name__)
