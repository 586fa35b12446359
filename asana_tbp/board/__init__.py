"""The pipeline of songs: one Asana project whose sections are stages and whose tasks are songs."""
