"""Commands, the composition root and the one error boundary."""
