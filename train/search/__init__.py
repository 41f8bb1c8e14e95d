"""Searching: folds and trials, here or on a cluster, never looking at the test split."""
