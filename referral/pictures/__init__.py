"""Pictures: plain facts in, SVG text out. No database, no requests."""
