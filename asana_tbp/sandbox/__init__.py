"""The embedded Asana: an Asana-compatible server for tests, demos and trying things out."""
