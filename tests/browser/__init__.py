"""The web pages in a real browser: this machine's Chromium, driven by Playwright, on an engine of the tests' own."""
