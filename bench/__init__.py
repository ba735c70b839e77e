"""The benchmarks: the product beside the limit of the machine it runs on, visited in turn (docs/speed.md)."""
