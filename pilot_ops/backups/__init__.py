"""Backups: the whole database as one file, which either database takes in again."""
