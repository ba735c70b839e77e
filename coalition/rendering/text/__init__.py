"""A letter's text in every form, from one stream of Markdown tokens: HTML, plain text, and blocks for the PDF."""

from coalition.rendering.text.blocks import to_typst_data
from coalition.rendering.text.html import inline, to_html, to_html_apart
from coalition.rendering.text.plain import opening_words, to_plain
from coalition.rendering.text.problems import Problem, problems
from coalition.rendering.text.tokens import recommendation_keys

__all__ = [
    "Problem",
    "inline",
    "opening_words",
    "problems",
    "recommendation_keys",
    "to_html",
    "to_html_apart",
    "to_plain",
    "to_typst_data",
]
