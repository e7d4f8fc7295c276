"""``python -m pt2st.cache``: what :func:`pt2st.load` keeps, and less of it."""

from __future__ import annotations

import argparse

from ._cache import Cache, size_of


def main() -> None:
    """Prints where the cache is and how large; with ``--max-size`` it removes what is too much."""
    parser = argparse.ArgumentParser(prog="python -m pt2st.cache", description=main.__doc__)
    parser.add_argument("--max-size", metavar="SIZE", type=size_of, help="such as 20GB; 0 for none")
    parser.add_argument("--cache", metavar="DIR", help="in place of PT2ST_CACHE")
    chosen = parser.parse_args()
    cache = Cache(chosen.cache, chosen.max_size)
    if chosen.max_size is not None:
        cache.shrink()
    print(f"{cache.folder}: {len(cache.entries())} files, {cache.size()} of {cache.max_size} bytes")


if __name__ == "__main__":
    main()
