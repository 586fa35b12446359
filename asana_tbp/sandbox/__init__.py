"""The embedded Asana: a board of records and an HTTP server.

Callers may need these constants before there is a server. Importing them is cheap: only `sandbox.http` loads the web
stack.
"""

SANDBOX_TOKEN = "sandbox"
API_PREFIX = "/api/1.0"
