"""What an estimator's numbers are, where they are no probabilities of one label."""

__all__: list[str] = []
