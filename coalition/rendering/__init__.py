"""Looks: how a letter looks. One token stream, many forms."""
