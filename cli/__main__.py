"""The command line as a module: `python -m webparity.cli`."""

from webparity.cli.main import main

if __name__ == "__main__":
    main()
