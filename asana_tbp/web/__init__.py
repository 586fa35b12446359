"""The session as a page in the browser of this machine: for a second screen, a phone-sized window, a stream."""
