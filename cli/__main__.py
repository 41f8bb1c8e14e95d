"""The command line as a module: `python -m webparity.cli`."""

from webparity.cli.entry import main

if __name__ == "__main__":
    main()
