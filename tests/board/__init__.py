"""The pipeline of songs, on the sandbox over HTTP with the real SDK."""
