"""`python -m portfolio` is the `portfolio` command."""

from portfolio.cli import main

if __name__ == "__main__":
    main()
