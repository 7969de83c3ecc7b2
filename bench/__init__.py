"""How fast the product is: `python -m bench`, `python -m bench scale`, `python -m bench sweep` (docs/performance.md).

Everything is served as in production, from a data folder, a database server and a port of its own, on this machine's
loopback address alone. It ends by itself and stops what it started. Nothing here is part of the product.
"""
