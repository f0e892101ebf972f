"""Pages of tickets: stock, types and moves."""

from flask import Blueprint

bp = Blueprint("tickets", __name__)
