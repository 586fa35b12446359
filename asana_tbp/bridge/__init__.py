"""The only room that talks to Asana. Besides it, only the sandbox knows Asana's HTTP."""
