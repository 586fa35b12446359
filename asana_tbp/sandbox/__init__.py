"""The embedded Asana: a board of things, its HTTP face and its scripted failures.

Importing this package stays cheap: the web stack is loaded by `sandbox.server` and `sandbox.app` only.
Must not know the product that talks to it.
"""

from __future__ import annotations

from asana_tbp.sandbox.account import SANDBOX_TOKEN

__all__ = ["SANDBOX_TOKEN"]
