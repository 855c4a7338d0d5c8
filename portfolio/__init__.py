"""Portfolio: reflections on a training programme, reviewed and counted honestly."""

__version__ = "0.1.0"
