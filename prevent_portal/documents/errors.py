"""What can go wrong when a paper is made."""


class PaperError(Exception):
    """The paper could not be made, and what has to be put right in its template."""
