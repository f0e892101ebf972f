"""The little that all slices share."""
