"""What `scenegan animate` wrote and said."""

LOADING = "Loading the network ...\n"                 # said where no person looks on


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def error_line(result, status=1):
    """The single line on stderr of a command that failed."""
    assert result.exit_code == status, result.output
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("Error: ")
    return result.stderr
