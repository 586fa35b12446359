"""The page in the browser, against real sessions on the sandbox."""
