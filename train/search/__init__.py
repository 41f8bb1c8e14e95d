"""Cross-validation and hyperparameter search, in this process or on a cluster, without the test split."""
