"""Run the command line as ``python -m sodalyte``."""

from sodalyte.screen.cli import main

if __name__ == "__main__":
    main()
