"""Notices that the law asks for, and feedback on accessibility."""
