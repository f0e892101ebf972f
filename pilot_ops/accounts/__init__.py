"""Accounts: people, their roles and languages, and how they sign in."""
