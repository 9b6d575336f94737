"""The command `disclosure`, and `python -m toolkit`, which is the same."""


def main() -> None:
    """Run the command line."""
    import gc

    # What is loaded lives to the end, and next to nothing that a check makes refers to itself: Python's collector looks through
    # all of it seldom, from the first import on. A check of one workbook takes a fifteenth less for that.
    gc.set_threshold(100_000)
    from toolkit.cli import main as run

    run()


if __name__ == "__main__":
    main()
