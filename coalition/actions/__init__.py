"""Verbs: what people do. One function, one transaction: check, change, record, queue the mail, commit once."""
