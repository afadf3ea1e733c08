"""The gateway's API, the documentation of all APIs and the page."""
